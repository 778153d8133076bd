/** The worker thread of the pool. */
import { workerData } from 'node:worker_threads';
import { type DescriberSettings, RdkitDescriber } from './describer.js';
import { serveBlocks } from './serve-blocks.js';

export default serveBlocks(() => RdkitDescriber.create(workerData as DescriberSettings));
