/** The project's own files as texts, for the checks of the house. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Texts of files under their paths from the root of the project, `/`-separated. */
export type Sources = ReadonlyMap<string, string>;

/** The folder of the project. The tests run compiled, in `dist/test/house`. */
export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

const NOT_OURS: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git', 'data', 'coverage', '.cache']);

/** All files below the folders or at the paths, whose name ends so. `.` is the whole project, without what is not its own. */
export function readSources(below: string, endings: readonly string[]): Sources {
  const found = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (NOT_OURS.has(entry.name)) continue;
      if (entry.isDirectory()) visit(path);
      if (!entry.isFile() || !endings.some((ending) => entry.name.endsWith(ending))) continue;
      found.set(relative(PROJECT, path).split(sep).join('/'), readFileSync(path, 'utf8'));
    }
  };
  visit(join(PROJECT, below));
  return found;
}

/**
 * The text with blanks in place of comments, so that lines keep their numbers. Strings, templates and regular expressions
 * are passed over as a whole: what looks like a comment in one of them is none.
 */
export function withoutComments(source: string): string {
  return source.replace(TOKEN, (token) => (/^\/[/*]/.test(token) ? token.replace(/[^\n]/g, ' ') : token));
}

/** A comment; a string; a template without those inside it; a regular expression where a value may begin. */
const TOKEN =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|(?<=(?:[(,=:[!&|?{};]|=>|return)\s*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*/g;

/** The line of an offset, from 1. */
export function lineOf(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}
