/** One line at the bottom of a terminal that is written over again and again. */

/** A line of progress. */
export interface ProgressLine {
  /** Shows the text, at most some times a second. */
  show(text: string): void;
  /** Prints something else above the line. */
  around(print: () => void): void;
  /** Takes the line away. */
  clear(): void;
}

/** What is needed of standard error. */
type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;

const EVERY_MS = 100;
const CLEAR = '\r\u001b[K';

/** A line on standard error; none where that is no terminal. */
export function createProgressLine(terminal: Terminal = process.stderr, now = (): number => performance.now()): ProgressLine {
  if (!terminal.isTTY) return { show: () => undefined, around: (print) => print(), clear: () => undefined };
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  const clear = (): void => {
    if (isShown) terminal.write(CLEAR);
    isShown = false;
  };
  return {
    show(text) {
      if (now() - shownAt < EVERY_MS) return;
      shownAt = now();
      isShown = true;
      // One that is wrapped could not be written over.
      terminal.write(`${CLEAR}${text.slice(0, (terminal.columns || 80) - 1)}`);
    },
    around(print) {
      clear();
      print();
    },
    clear,
  };
}
