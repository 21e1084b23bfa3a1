/**
 * Gathers lines and hands them on in blocks: one write for some forty lines costs what one for a line does. A reader who is
 * slow does not hold up the registry; past a bound lines are dropped, not memory.
 */
import { pino } from 'pino';

/** Takes text that ends in a line's end. */
export interface LineTarget {
  write(text: string): void;
  /** Writes what was taken, and waits for that. */
  flush(): void;
}

/** Takes lines. */
export interface LineSink {
  write(line: string): void;
  /** Writes what is gathered, and waits for that. Lines may come afterwards too, and then are written at once. */
  close(): void;
}

const BLOCK_CHARACTERS = 8 * 1024;
/** A line is seen so much later than it was written, at most. */
const DELAY_MS = 50;
/** What waits for a slow reader, at most. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** A sink for a target; for standard output when none is given. */
export function createLineSink(target: LineTarget = standardOutput()): LineSink {
  let gathered = '';
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const hand = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const block = gathered;
    gathered = '';
    if (block !== '') target.write(block);
  };
  return {
    write(line) {
      gathered += line;
      if (closed || gathered.length >= BLOCK_CHARACTERS) hand();
      else timer ??= setTimeout(hand, DELAY_MS);
      if (closed) target.flush();
    },
    close() {
      closed = true;
      hand();
      target.flush();
    },
  };
}

function standardOutput(): LineTarget {
  const destination = pino.destination({ dest: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  let isFailing = false;
  let isGivenUp = false;
  // Whoever read the log is gone, or its disk is full: that must not end the registry.
  destination.on('error', () => {
    isFailing = true;
  });
  destination.on('write', () => {
    isFailing = false;
  });
  return {
    write: (text) => void (isGivenUp || destination.write(text)),
    flush() {
      if (isGivenUp) return;
      // It would try for ever, now and when the process ends, and nothing else would run: the log must not keep it alive.
      if (isFailing) {
        isGivenUp = true;
        destination.destroy();
        return;
      }
      try {
        destination.flushSync();
      } catch {
        // The same, at the end.
      }
    },
  };
}
