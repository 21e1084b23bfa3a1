/** Finds links of Markdown files that lead nowhere: to a file that is not there, or to a heading that its page has not. */
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { lineOf, PROJECT, type Sources } from './sources.js';

const LINK = /\[[^\]\n]*\]\(\s*<?([^)\s>]+)>?[^)\n]*\)/g;
const ELSEWHERE = /^[a-z][a-z0-9+.-]*:/i;

/** `file:line: target` for each link that leads nowhere. Links to other places than files of the project are not looked at. */
export function findDeadLinks(pages: Sources, exists = (path: string) => existsSync(join(PROJECT, path))): readonly string[] {
  const findings: string[] = [];
  for (const [file, text] of pages) {
    const prose = withoutCode(text);
    for (const match of prose.matchAll(LINK)) {
      const target = match[1] ?? '';
      if (ELSEWHERE.test(target)) continue;
      const [path = '', anchor] = target.split('#', 2);
      const wanted = path === '' ? file : posix.join(posix.dirname(file), decodeURIComponent(path));
      const page = pages.get(wanted);
      const there = exists(wanted) && (anchor === undefined || page === undefined || anchorsOf(page).has(anchor));
      if (!there) findings.push(`${file}:${lineOf(prose, match.index)}: ${target}`);
    }
  }
  return findings;
}

/** Blanks in place of code, so that lines keep their numbers. */
function withoutCode(text: string): string {
  return text.replace(/^(```+)[^\n]*\n[\s\S]*?^\1|`[^`\n]*`/gm, (code) => code.replace(/[^\n]/g, ' '));
}

/** The names under which the headings of a page are linked: lower case, without marks, blanks as `-`. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = page.replace(/^(```+)[^\n]*\n[\s\S]*?^\1/gm, '').matchAll(/^#+ +(.*?) *$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  );
}
