/** Runs around the whole of the specs. */
import { stopPostgres } from './postgres.js';

export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(30_000);
    await stopPostgres();
  },
};
