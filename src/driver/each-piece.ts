/** Takes pieces from a source that may hang, for writers. */
import { Readable } from 'node:stream';
import { abortError, throwIfAborted } from './aborts.js';

/**
 * Calls `take` with each piece. Does not wait for a source that hangs when the signal fires. A source that is left early
 * is told to end (`return`), but for a Node stream, which belongs to whoever opened it.
 */
export async function eachPiece(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  take: (piece: Uint8Array) => Promise<void> | void,
): Promise<void> {
  const iterator = iteratorOf(source);
  let giveUp: (() => void) | undefined;
  const abort = (): void => giveUp?.();
  signal?.addEventListener('abort', abort);
  let finishedByItself = false;
  try {
    for (;;) {
      throwIfAborted(signal);
      const step = await new Promise<IteratorResult<Uint8Array, unknown>>((resolve, reject) => {
        giveUp = () => signal && reject(abortError(signal));
        iterator.next().then(resolve, (error: unknown) => {
          finishedByItself = true;
          reject(error);
        });
      });
      if (step.done) {
        finishedByItself = true;
        return;
      }
      await take(step.value);
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    // Not waited for: a generator that hangs in `next` answers `return` only after it.
    if (!finishedByItself) iterator.return?.().catch(() => undefined);
  }
}

function iteratorOf(source: AsyncIterable<Uint8Array>): AsyncIterator<Uint8Array, unknown> {
  if (!(source instanceof Readable)) return source[Symbol.asyncIterator]();
  return source.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array, unknown>;
}
