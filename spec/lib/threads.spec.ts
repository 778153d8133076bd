import { expect } from 'chai';
import { openThreads } from '../../lib/threads.js';

describe('worker threads', () => {
  it('never require the ES module that they run: Node may abort when such a thread is ended', async () => {
    const module = new URL('../support/loading-worker.js', import.meta.url);
    const threads = openThreads<null, { stack: string; settings: unknown }>(module, { settings: { some: 'settings' } });
    try {
      const { stack, settings } = await threads.run(null);
      expect(stack)
        .to.match(/loading-worker\.js/)
        .and.not.match(/require/i);
      expect(settings).to.deep.equal({ some: 'settings' });
    } finally {
      await threads.destroy();
    }
  });
});
