/** A module whose work on a batch is as bad as its items say. */
export type Misdeed =
  | 'code'
  | 'name'
  | 'null'
  | 'function'
  | 'with a function'
  | 'frozen'
  | 'timeout'
  | 'exit'
  | 'hang';

export default async function misbehave(items: readonly string[]): Promise<readonly string[]> {
  const has = (misdeed: Misdeed): boolean => items.includes(misdeed);
  if (has('code')) throw Object.assign(new Error('the line is dead'), { code: 'ECONNRESET' });
  if (has('name')) throw Object.assign(new Error('not so'), { name: 'Refusal' });
  if (has('null')) throw null;
  if (has('function')) throw () => 1;
  if (has('with a function')) throw { code: 'E_CALL', call: () => 1 };
  if (has('frozen')) throw Object.freeze(new Error('cold'));
  if (has('timeout')) throw new DOMException('too late', 'TimeoutError');
  if (has('exit')) process.exit(3);
  if (has('hang')) await new Promise<never>(() => setInterval(() => {}, 1_000));
  return items;
}
