/** The worker thread of the pool. */
import { threadSettings } from '../thread-settings.js';
import { type DescriberSettings, RdkitDescriber } from './describer.js';
import { serveBlocks } from './serve-blocks.js';

export default serveBlocks(() => RdkitDescriber.create(threadSettings<DescriberSettings>()));
