/** Finds exports without a docstring. Reads lines, since the code is formatted: an export begins at the start of a line. */
import type { Sources } from './sources.js';

const EXPORT = /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|let|class|interface|type) (\w+)/;
/** `export { a } from` and `export type { A }` hand on what has its docstring where it stands. */
const SUPPRESSION = /^\s*\/\/ biome-ignore /;

/** `file:line: name` for each export above which no docstring stands. */
export function findUndocumented(sources: Sources): readonly string[] {
  const findings: string[] = [];
  for (const [file, text] of sources) {
    const lines = text.split('\n');
    let before: string | undefined;
    lines.forEach((line, index) => {
      const name = EXPORT.exec(line)?.[1];
      if (name === undefined) return;
      // Further signatures of one function share the docstring of the first.
      if (name !== before && !isDocumented(lines, index)) findings.push(`${file}:${index + 1}: ${name}`);
      before = name;
    });
  }
  return findings;
}

/** A comment of `/**` that says something ends on the line above. */
function isDocumented(lines: readonly string[], index: number): boolean {
  let at = index - 1;
  while (SUPPRESSION.test(lines[at] ?? '')) at--;
  if (!(lines[at] ?? '').trimEnd().endsWith('*/')) return false;
  const end = at;
  while (at >= 0 && !(lines[at] ?? '').includes('/*')) at--;
  const comment = lines
    .slice(at, end + 1)
    .join(' ')
    .trim();
  return comment.startsWith('/**') && /\w+\W+\w+/.test(comment);
}
