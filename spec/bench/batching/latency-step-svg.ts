/** A picture of chunk size and rate over time while the database's latency rises and falls again, from a simulation. */
import type { Commit } from './simulate.js';

export interface Line {
  readonly label: string;
  readonly color: string;
  readonly commits: readonly Commit[];
}

export interface Picture {
  readonly lines: readonly Line[];
  /** Milliseconds shown, and those between which latency is raised. */
  readonly from: number;
  readonly to: number;
  readonly raisedFrom: number;
  readonly raisedTo: number;
}

interface Panel {
  readonly title: string;
  readonly top: number;
  readonly most: number;
  readonly ticks: readonly number[];
}

const WIDTH = 760;
const LEFT = 64;
const RIGHT = 16;
const HEIGHT = 150;
const PANEL_GAP = 46;
const TOP = 44;
const RATE_WINDOW_MS = 3_000;

export function drawLatencyStep({ lines, from, to, raisedFrom, raisedTo }: Picture): string {
  const x = (at: number): number => LEFT + ((at - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const sizes = lines.map((line) => shown(line.commits, from, to).map(({ at, ms, rows }) => [at - ms, rows] as const));
  const rates = lines.map((line) => rateOver(line.commits, from, to));
  const panels: Panel[] = [panel('rows a chunk', TOP, sizes), panel('rows a second', TOP + HEIGHT + PANEL_GAP, rates)];
  const bottom = TOP + 2 * HEIGHT + PANEL_GAP;
  const shade = `<rect x="${fix(x(raisedFrom))}" y="${TOP}" width="${fix(x(raisedTo) - x(raisedFrom))}" height="${bottom - TOP}" fill="#f3e3c3"/>`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 44}" font-family="sans-serif" font-size="12">`,
    `<title>Chunk size and rate through a latency step</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    shade,
    `<text x="${fix(x((raisedFrom + raisedTo) / 2))}" y="${TOP + 16}" text-anchor="middle" fill="#7a5a17">+100 ms a commit</text>`,
    ...lines.map((line, index) => legend(line, index)),
    ...panels.map(frame),
    ...sizes.map((points, index) => curve(points, panels[0]!, lines[index]!.color, x, true)),
    ...rates.map((points, index) => curve(points, panels[1]!, lines[index]!.color, x, false)),
    ...secondsOf(from, to).map((at) => tick(x(at), bottom, `${at / 1000}`)),
    `<text x="${WIDTH - RIGHT}" y="${bottom + 36}" text-anchor="end" fill="#444">seconds of virtual time</text>`,
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function shown(commits: readonly Commit[], from: number, to: number): Commit[] {
  return commits.filter(({ at, ms }) => at - ms >= from && at <= to);
}

/** Rows a second in the window before each commit. */
function rateOver(commits: readonly Commit[], from: number, to: number): (readonly [number, number])[] {
  return shown(commits, from, to).map(({ at }) => {
    const recent = commits.filter((commit) => commit.at <= at && commit.at > at - RATE_WINDOW_MS);
    const began = Math.min(...recent.map((commit) => commit.at - commit.ms));
    return [at, (recent.reduce((sum, { rows }) => sum + rows, 0) * 1000) / (at - began)] as const;
  });
}

function panel(title: string, top: number, curves: readonly (readonly (readonly [number, number])[])[]): Panel {
  const largest = Math.max(...curves.flat().map(([, value]) => value));
  const step = 10 ** Math.floor(Math.log10(largest)) / 2;
  const most = Math.ceil(largest / step) * step;
  return { title, top, most, ticks: [0, most / 2, most] };
}

const yOf = ({ top, most }: Panel, value: number): number => top + HEIGHT * (1 - value / most);

function frame(one: Panel): string {
  const lines = one.ticks.map((value) => {
    const y = fix(yOf(one, value));
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}" stroke="#ccc"/><text x="${LEFT - 6}" y="${fix(yOf(one, value) + 4)}" text-anchor="end" fill="#444">${Math.round(value)}</text>`;
  });
  return `<text x="${LEFT}" y="${one.top - 8}" fill="#222">${one.title}</text>${lines.join('')}`;
}

function curve(
  points: readonly (readonly [number, number])[],
  one: Panel,
  color: string,
  x: (at: number) => number,
  stepped: boolean,
): string {
  const path = points.map(([at, value], index) => {
    const [px, py] = [fix(x(at)), fix(yOf(one, value))];
    if (index === 0) return `M${px} ${py}`;
    return stepped ? `H${px}V${py}` : `L${px} ${py}`;
  });
  return `<path d="${path.join('')}" fill="none" stroke="${color}" stroke-width="1.5"/>`;
}

function legend({ label, color }: Line, index: number): string {
  const x = LEFT + 230 + index * 130;
  return `<line x1="${x}" x2="${x + 22}" y1="16" y2="16" stroke="${color}" stroke-width="3"/><text x="${x + 28}" y="20" fill="#222">${label}</text>`;
}

function tick(x: number, y: number, label: string): string {
  return `<text x="${fix(x)}" y="${y + 18}" text-anchor="middle" fill="#444">${label}</text>`;
}

function secondsOf(from: number, to: number): number[] {
  const first = Math.ceil(from / 10_000) * 10_000;
  return Array.from({ length: Math.floor((to - first) / 10_000) + 1 }, (_, index) => first + index * 10_000);
}

const fix = (value: number): string => value.toFixed(1);
