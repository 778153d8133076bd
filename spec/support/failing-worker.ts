/** A worker of the pool that cannot begin. */
import { serveBlocks } from '../../lib/chemistry/serve-blocks.js';

export default serveBlocks(async () => {
  throw new Error('RDKit cannot be loaded');
});
