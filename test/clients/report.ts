/** Prints the outcome of checks, one line each, and the count at the end that the continuous integration reads. */

/** Thrown by a check that cannot run here; its message says why. With CI=true it counts as a failure. */
export class Skip extends Error {
  override readonly name = 'Skip';
}

/** Counts and prints. */
export interface Report {
  /**
   * Runs one check and prints `ok`, `not ok` or `skip` with the seconds it took. Never throws. True when it passed.
   * `quiet` counts a success without a line of its own.
   */
  check(name: string, run: () => Promise<void> | void, options?: { readonly quiet?: boolean }): Promise<boolean>;
  /** Prints the last line and gives the exit code: 0 when nothing failed. */
  end(): number;
}

/** A report on stdout. */
export function createReport(): Report {
  const count = { passed: 0, failed: 0, skipped: 0 };
  const strict = process.env['CI'] === 'true';
  const line = (text: string) => process.stdout.write(`${text}\n`);
  return {
    async check(name, run, options) {
      const started = performance.now();
      const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
      try {
        await run();
        count.passed += 1;
        if (options?.quiet !== true) line(`ok      ${name} (${seconds()})`);
        return true;
      } catch (error) {
        const skipped = error instanceof Skip && !strict;
        if (skipped) count.skipped += 1;
        else count.failed += 1;
        const message = error instanceof Error ? error.message : String(error);
        line(`${skipped ? 'skip   ' : 'not ok '} ${name} (${seconds()})`);
        for (const part of message.split('\n').slice(0, 60)) line(`        ${part}`);
        return false;
      }
    },
    end() {
      line(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
      return count.failed === 0 ? 0 : 1;
    },
  };
}
