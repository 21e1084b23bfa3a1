/** How the life is told: chapters of steps, each with its outcome, and what was found on the way. */
import type { Report } from '../clients/report.js';

/** The teller. */
export interface Story {
  chapter(title: string): void;
  /** Does it and tells how it went. Throws when it went wrong: what follows would only tell of the same. */
  step(name: string, run: () => Promise<void>): Promise<void>;
  /** A line of its own about what was found. */
  say(text: string): void;
}

/** Thrown after a step that has been told to have failed. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** A story on stdout, its steps counted by the report. */
export function createStory(report: Report): Story {
  const line = (text: string) => process.stdout.write(`${text}\n`);
  let chapters = 0;
  return {
    chapter(title) {
      chapters += 1;
      line(`\n${String(chapters)}. ${title}`);
    },
    async step(name, run) {
      if (!(await report.check(name, run))) throw new Stopped(name);
    },
    say: (text) => line(`          ${text}`),
  };
}
