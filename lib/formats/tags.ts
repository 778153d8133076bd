/** Data items as JSON text. Made by hand, because a JavaScript object would move names like `7` to its front. */

export type Tag = readonly [name: string, value: string];

/** A JSON object of the tags in the order found; the values of a repeated name as an array at its first place. */
export function writeTags(tags: Iterable<Tag>): string {
  const values = new Map<string, string | string[]>();
  for (const [name, value] of tags) {
    const before = values.get(name);
    if (before === undefined) values.set(name, value);
    else if (typeof before === 'string') values.set(name, [before, value]);
    else before.push(value);
  }
  let json = '';
  for (const [name, value] of values) {
    json += `${json === '' ? '{' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  return json === '' ? '{}' : `${json}}`;
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[[\]{}:,])/y;

/** The tags of `writeTags` in their order. Throws SyntaxError for any other JSON. */
export function readTags(json: string): Array<[string, string | string[]]> {
  TOKEN.lastIndex = 0;
  const next = (): string => {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(json)?.[1];
    if (token === undefined) throw new SyntaxError(`Not a JSON object of texts at character ${at}`);
    return token;
  };
  const text = (token: string): string => {
    if (!token.startsWith('"')) throw new SyntaxError(`A text was expected, not ${token}`);
    return JSON.parse(token) as string;
  };
  const list = (close: string, read: (token: string) => void): void => {
    let token = next();
    while (token !== close) {
      read(token);
      token = next();
      if (token === ',') token = next();
      else if (token !== close) throw new SyntaxError(`, or ${close} was expected, not ${token}`);
    }
  };

  const tags: Array<[string, string | string[]]> = [];
  if (next() !== '{') throw new SyntaxError('A JSON object was expected');
  list('}', (token) => {
    const name = text(token);
    if (next() !== ':') throw new SyntaxError('A colon was expected');
    const value = next();
    if (value !== '[') tags.push([name, text(value)]);
    else {
      const values: string[] = [];
      list(']', (item) => values.push(text(item)));
      tags.push([name, values]);
    }
  });
  return tags;
}
