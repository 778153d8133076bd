/** Where the tables are: a SQLite file or a PostgreSQL server. */
import { resolve } from 'node:path';
import { badOption } from '../checks.js';

export type Target =
  | { readonly kind: 'sqlite'; readonly path: string; readonly displayName: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly displayName: string };

/** `displayName` never shows a password. Throws `UsageError` BAD_OPTION for a URL that is neither of the two. */
export function parseTarget(target: string): Target {
  if (/^postgres(ql)?:\/\//i.test(target)) {
    let url: URL;
    try {
      url = new URL(target);
    } catch {
      throw badOption('to', 'a file name or a URL postgres://user@host/database', withoutPassword(target));
    }
    url.password = '';
    for (const name of ['password', 'sslpassword']) url.searchParams.delete(name);
    return { kind: 'postgres', url: target, displayName: url.href };
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(target)) {
    throw badOption('to', 'a file name or a URL postgres://user@host/database', withoutPassword(target));
  }
  const path = resolve(target);
  return { kind: 'sqlite', path, displayName: path };
}

/** What stands between `://` and `@` may hold a password, in a URL that cannot be read as well. */
function withoutPassword(text: string): string {
  return text.replace(/:\/\/.*@/, '://...@').replace(/((?:ssl)?password=)[^&]*/gi, '$1...');
}
