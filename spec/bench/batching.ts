/** Sizers on virtual time: ours beside fixed sizes and the common alternatives. */
import { compare } from './batching/compare.js';
import { scenarios } from './batching/scenario.js';

export async function run(args: string[]): Promise<void> {
  const results = scenarios().map((scenario) => compare(scenario, 1));
  if (args.includes('--json')) {
    console.log(JSON.stringify({ scenarios: results }));
    return;
  }
  for (const { name, best, algorithms } of results) {
    console.log(`${name} (best fixed: ${best})`);
    for (const a of algorithms.filter((x) => !x.name.startsWith('fixed') || x.name === best)) {
      console.log(
        `  ${a.name.padEnd(14)} ${a.rows_per_second.toFixed(0).padStart(7)} rows/s  regret ${(a.regret * 100).toFixed(1).padStart(6)} % settled ${(a.regret_settled * 100).toFixed(1).padStart(6)} %  to95 ${a.batches_to_95}  late ${a.latency_violations}/${a.batches} mem ${a.memory_violations}  ${a.recoveries.map((r) => `${r.batches}(${r.violations})`).join(' ')}`,
      );
    }
  }
}
