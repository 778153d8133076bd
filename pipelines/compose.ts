/**
 * Stages chained with Highland, from a source to a core stream.
 *
 * Owns: every stream that it is given. Highland leaves what feeds it undestroyed, so this file destroys source and
 * stages itself: on an error anywhere, when the result is destroyed, and when its reader leaves early.
 */
import { type Duplex, finished, Readable } from 'node:stream';
import _ from 'highland';
import { checkValue, func, having } from '../lib/checks.js';

/**
 * A core stream, for Highland's `.through()`, or a function from one Highland stream to another. Highland's streams are
 * invariant in their items, so the function says itself what it takes: `(molecules: Highland.Stream<Molecule>) => ...`.
 */
export type ComposeStage = Duplex | ((stream: never) => object);

const STAGES = 'core streams, or functions that give a stream of Highland';
const duplex = having(STAGES, 'read', 'write', 'pipe', 'destroy');

type HighlandFunction = (stream: Highland.Stream<unknown>) => Highland.Stream<unknown>;

/**
 * `compose(source, describe(), (molecules) => molecules.filter(isSmall))` gives a Readable in object mode of what the
 * last stage gives. The first error of any stream destroys all of them and is the error of the result. Throws `UsageError`
 * BAD_OPTION, and what a function throws.
 */
export function compose(source: Readable, ...stages: readonly ComposeStage[]): Readable {
  checkValue('source', source, having('a core stream to read from', 'read', 'pipe', 'destroy'));
  for (const stage of stages) if (func(stage) !== null) checkValue('stages', stage, duplex);
  const owned: (Readable | Duplex)[] = [source];
  let stream: Highland.Stream<unknown> = _(source);
  try {
    for (const stage of stages) {
      if (typeof stage === 'function') {
        stream = (stage as unknown as HighlandFunction)(stream);
        checkValue('stages', stream, having(STAGES, 'toNodeStream'));
      } else {
        owned.push(stage);
        stream = stream.through(stage as unknown as NodeJS.ReadWriteStream);
      }
    }
  } catch (error) {
    for (const member of owned) member.destroy();
    throw error;
  }
  const inner = stream.toNodeStream({ objectMode: true }) as unknown as Readable;
  const result = new Readable({
    objectMode: true,
    read: () => {
      inner.resume();
    },
    destroy: (error, callback) => {
      for (const member of owned) member.destroy();
      callback(error);
    },
  });
  inner.on('data', (item: unknown) => {
    if (!result.push(item)) inner.pause();
  });
  inner.once('end', () => result.push(null));
  for (const member of [...owned, inner]) {
    member.on('error', (error: Error) => result.destroy(error));
    finished(member, { writable: false }, (error) => {
      // Destroyed without an error: nothing more will come from it.
      if (error?.code === 'ERR_STREAM_PREMATURE_CLOSE') result.destroy(error);
    });
  }
  return result;
}
