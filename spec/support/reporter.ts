/** Mocha's own `spec` report, and its counts as JSON in the file that MOCHA_RESULT names. */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env.MOCHA_RESULT;
    if (file === undefined) return;
    runner.once('end', () => {
      writeFileSync(file, JSON.stringify({ passes: this.stats.passes, failures: this.stats.failures }));
    });
  }
}
