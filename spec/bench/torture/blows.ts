/** Which moment comes next: chosen ones, in turn with random ones. */
import type { KillPlan, Moment } from '../../support/kill-moments.js';
import type { Kind } from '../../support/stores.js';
import type { Blow } from './execution.js';

/** How many of the moments pass in a few chunks; the count is drawn from 1 to this. SQLite gets a statement a row. */
const REACH: Readonly<Record<Moment, Readonly<Record<Kind, number>>>> = {
  'start-up': { sqlite: 12, postgres: 16 },
  statement: { sqlite: 400, postgres: 40 },
  copy: { sqlite: 300, postgres: 8 },
  'before-commit': { sqlite: 3, postgres: 3 },
  'after-commit': { sqlite: 3, postgres: 3 },
  answered: { sqlite: 3, postgres: 3 },
  rollback: { sqlite: 4, postgres: 4 },
  halved: { sqlite: 3, postgres: 3 },
  finish: { sqlite: 1, postgres: 1 },
};

/** Those of the halving come often: there most can go wrong. That of the end comes rarely: it takes a whole import. */
const TURNS: readonly (Moment | 'random')[] = [
  ...(['copy', 'before-commit', 'after-commit', 'answered', 'statement', 'halved', 'rollback'] as const),
  ...(['before-commit', 'after-commit', 'rollback', 'halved', 'copy', 'start-up', 'random', 'random'] as const),
];

/** `ms`: how long an uninterrupted import takes. */
export function chooseBlow(kind: Kind, ms: number, random: () => number): NonNullable<Blow> {
  if (random() < 0.02) return { at: { moment: 'finish', count: 1 } };
  const moment = TURNS[Math.floor(random() * TURNS.length)]!;
  if (moment === 'random') return { afterMs: Math.round(random() * ms) };
  return { at: choosePlan(moment, kind, random) };
}

/** More than the statements that come before the first chunk: `start-up` ends there at the latest. */
export const BEFORE_FIRST_CHUNK: KillPlan = { moment: 'start-up', count: 1_000 };
/** About as many statements migrate and claim. */
const STATEMENTS = 40;

export function chooseStart(random: () => number): KillPlan {
  return { moment: 'start-up', count: 1 + Math.floor(random() * STATEMENTS) };
}

function choosePlan(moment: Moment, kind: Kind, random: () => number): KillPlan {
  return { moment, count: 1 + Math.floor(random() * REACH[moment][kind]) };
}

export function nameOf(blow: Blow): Moment | 'random' {
  return blow !== null && 'at' in blow ? blow.at.moment : 'random';
}
