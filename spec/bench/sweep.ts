/**
 * Fixed chunk sizes and the adaptive sizer on a real database: precomputed rows, narrow and wide, through `batch` and
 * `knexSink` into a table, chunks of at most 16 MB. On PostgreSQL also with latency on the wire. Trials are interleaved;
 * the medians of the rates count; how the adaptive sizer did beside the best fixed size within each round tells how far
 * noise decides. Its way from 50 rows to its size is in its rate.
 *
 * `--to sqlite|postgres`; `--rows narrow|wide` and `--latency 0|20` (default: each); `--sizes N,N` (default: eight); `--seconds N` a trial (default 4, of
 * wide rows into PostgreSQL 8, with latency 12: it holds fewer chunks); `--repeats N` (default 5); `--json`.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createSizer } from '../../lib/batching/sizer.js';
import { openStore, type Store } from '../../lib/store/open-store.js';
import type { BatchSizer } from '../../lib/types.js';
import { knexSink } from '../../sinks/knex.js';
import { batch } from '../../transforms/batch.js';
import { freshPostgres, stopPostgres } from '../support/postgres.js';
import { createSlowProxy } from '../support/slow-proxy.js';
import { closeAll, freshTarget, type Kind } from '../support/stores.js';
import { machine } from './machine.js';
import { medianOf } from './median.js';

/** Those of wide rows end with what fits into 16 MB: beyond it, sizes would be one size under many names. */
const FIXED_SIZES = {
  narrow: [30, 100, 300, 700, 1_500, 3_000, 6_000, 10_000],
  wide: [10, 30, 100, 200, 400, 800, 1_500, 2_280],
} as const;
const WIDTHS = { narrow: 200, wide: 7_000 } as const;
const WIDTH_NAMES = ['narrow', 'wide'] as const;
const ADDED_LATENCY_MS = 20;
const SECONDS = 4;
const SECONDS_OF_WIDE_ROWS_INTO_POSTGRES = 8;
const SECONDS_WITH_LATENCY = 12;
const TABLE = 'sweep';
/** Different enough that nothing is gained by compressing them together. */
const BODIES = 200;

interface Row {
  readonly id: number;
  readonly name: string;
  readonly weight: number;
  readonly body: Buffer;
}

interface SweepOptions {
  /** Of a trial; null: the default. */
  readonly seconds: number | null;
  readonly repeats: number;
  /** Fixed sizes; null: the default. */
  readonly sizes: readonly number[] | null;
  readonly widths: readonly (keyof typeof WIDTHS)[];
  readonly latencies: readonly number[];
}

interface Figures {
  readonly rows: keyof typeof WIDTHS;
  readonly added_latency_ms: number;
  /** Of a trial. */
  readonly seconds: number;
  /** Rows a second, median, by `fixed-N` and `adaptive`. */
  readonly rows_per_second: Readonly<Record<string, number>>;
  readonly best_fixed: string;
  /** Of the best fixed size's rate, medians both. */
  readonly adaptive_share: number;
  /** Of the best fixed size's rate in the same round, median. */
  readonly adaptive_share_in_round: number;
  /** What the adaptive sizer ended with, in the last repeat. */
  readonly adaptive_state: Readonly<Record<string, unknown>>;
}

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      to: { type: 'string', default: 'sqlite' },
      rows: { type: 'string' },
      latency: { type: 'string' },
      sizes: { type: 'string' },
      seconds: { type: 'string' },
      repeats: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
    },
  });
  const kind = values.to;
  if (kind !== 'sqlite' && kind !== 'postgres') throw new Error(`--to: must be sqlite or postgres, not ${kind}`);
  const options = {
    seconds: values.seconds === undefined ? null : Number(values.seconds),
    repeats: Number(values.repeats),
    sizes: values.sizes?.split(',').map(Number) ?? null,
    widths: WIDTH_NAMES.filter((width) => values.rows === undefined || values.rows === width),
    latencies: (kind === 'postgres' ? [0, ADDED_LATENCY_MS] : [0]).filter(
      (latency) => values.latency === undefined || Number(values.latency) === latency,
    ),
  };
  try {
    const results = await sweepAll(kind, options, values.json ? () => {} : show);
    if (values.json) console.log(JSON.stringify({ machine: machine(), to: kind, ...options, results }));
  } finally {
    await closeAll();
    await stopPostgres();
  }
}

async function sweepAll(kind: Kind, options: SweepOptions, onFigures: (figures: Figures) => void): Promise<Figures[]> {
  const results: Figures[] = [];
  for (const latency of options.latencies) {
    const target = kind === 'postgres' ? await freshPostgres({ durable: true }) : await freshTarget(kind);
    const proxy = latency === 0 ? null : await createSlowProxy(target, latency);
    const store = await openStore(proxy?.url ?? target);
    try {
      for (const width of options.widths) {
        const figures = await sweep(store, width, latency, options);
        results.push(figures);
        onFigures(figures);
      }
    } finally {
      await store.close();
      await proxy?.close();
    }
  }
  return results;
}

async function sweep(
  store: Store,
  rows: keyof typeof WIDTHS,
  latency: number,
  { seconds: asked, repeats, sizes }: SweepOptions,
): Promise<Figures> {
  const seconds = asked ?? secondsOf(store.kind, rows, latency);
  const fixed = sizes ?? FIXED_SIZES[rows];
  const sizers: [string, () => BatchSizer][] = [
    ...fixed.map((size): [string, () => BatchSizer] => [
      `fixed-${size}`,
      () => createSizer('fixed', { initialRows: size }),
    ]),
    ['adaptive', () => createSizer('adaptive')],
  ];
  const rates = new Map<string, number[]>(sizers.map(([name]) => [name, []]));
  let state: Readonly<Record<string, unknown>> = {};
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const [name, create] of rotated(sizers, repeat)) {
      const sizer = create();
      rates.get(name)!.push(await trial(store, sizer, WIDTHS[rows], seconds));
      if (name === 'adaptive') state = sizer.state;
    }
  }
  const medians = Object.fromEntries([...rates].map(([name, values]) => [name, Math.round(medianOf(values))]));
  const best = fixed
    .map((size) => `fixed-${size}`)
    .reduce((one, other) => (medians[other]! > medians[one]! ? other : one));
  const bestRates = rates.get(best)!;
  return {
    rows,
    added_latency_ms: latency,
    seconds,
    rows_per_second: medians,
    best_fixed: best,
    adaptive_share: medians.adaptive! / medians[best]!,
    adaptive_share_in_round: medianOf(rates.get('adaptive')!.map((rate, round) => rate / bestRates[round]!)),
    adaptive_state: state,
  };
}

function secondsOf(kind: Kind, rows: keyof typeof WIDTHS, latency: number): number {
  if (latency > 0) return SECONDS_WITH_LATENCY;
  return kind === 'postgres' && rows === 'wide' ? SECONDS_OF_WIDE_ROWS_INTO_POSTGRES : SECONDS;
}

/** Rows a second into an empty table, from the first row to the last commit. */
async function trial({ knex }: Store, sizer: BatchSizer, width: number, seconds: number): Promise<number> {
  await knex.schema.dropTableIfExists(TABLE);
  await knex.schema.createTable(TABLE, (table) => {
    table.integer('id').primary();
    table.text('name');
    table.double('weight');
    table.binary('body');
  });
  const begun = performance.now();
  let committed = 0;
  await pipeline(
    Readable.from(rowsUntil(begun + seconds * 1000, width)),
    batch<Row>({ sizer, sizeOf: () => width }),
    knexSink<Row>({
      knex,
      table: TABLE,
      toRow: (row) => ({ ...row }),
      sizer,
      onCommit: (_ms, chunk) => {
        committed += chunk.items.length;
      },
    }),
  );
  return (committed * 1000) / (performance.now() - begun);
}

function* rowsUntil(end: number, width: number): Generator<Row> {
  const bodies = bodiesOf(width);
  for (let id = 0; performance.now() < end; id += 1) {
    yield { id, name: `molecule ${id}`, weight: 180.16 + id / 1000, body: bodies[id % BODIES]! };
  }
}

const known = new Map<number, Buffer[]>();

/** As a record's own text: digits and blanks, that compress somewhat. */
function bodiesOf(width: number): Buffer[] {
  const bodies =
    known.get(width) ??
    Array.from({ length: BODIES }, (_, index) => {
      const words = Array.from({ length: width / 8 }, (__, at) => ((at * 7_919 + index * 104_729) % 9_999_991) / 1000);
      return Buffer.from(words.map((value) => value.toFixed(3).padStart(8)).join('')).subarray(0, width - 40);
    });
  known.set(width, bodies);
  return bodies;
}

function rotated<T>(values: readonly T[], by: number): T[] {
  const at = (by * 4) % values.length;
  return [...values.slice(at), ...values.slice(0, at)];
}

let isFirst = true;

function show(figures: Figures): void {
  if (isFirst) console.log(machine());
  isFirst = false;
  const { rows, added_latency_ms: latency, seconds, rows_per_second: rates } = figures;
  const { best_fixed: best, adaptive_share: share, adaptive_share_in_round: inRound } = figures;
  console.log(
    `\n${rows} rows (${WIDTHS[rows]} bytes)${latency === 0 ? '' : `, ${latency} ms added to each round trip`}, trials of ${seconds} s`,
  );
  for (const [name, rate] of Object.entries(rates))
    console.log(`  ${name.padEnd(12)} ${String(rate).padStart(8)} rows/s`);
  console.log(
    `  adaptive: ${(share * 100).toFixed(1)} % of ${best} (within a round ${(inRound * 100).toFixed(1)} %), ending with ${figures.adaptive_state.rows} rows (${figures.adaptive_state.bound})`,
  );
}
