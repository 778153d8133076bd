/** A module of a worker thread that tells how it was loaded, and what it was given. */
import { threadSettings } from '../../lib/thread-settings.js';

const { stack } = new Error('loaded');

export default function loading(): { stack: string; settings: unknown } {
  return { stack: stack ?? '', settings: threadSettings() };
}
