/**
 * What a worker thread runs first: gives the default export of the module that the thread is for. It is CommonJS because
 * piscina begins with `require`, and a thread that is ended while `require` loads an ES module takes the process with it.
 */
import threads = require('node:worker_threads');

import type { ThreadData } from './thread-settings.js' with { 'resolution-mode': 'import' };

const loaded = import((threads.workerData as ThreadData).module).then((module) => module.default);

export = loaded;
