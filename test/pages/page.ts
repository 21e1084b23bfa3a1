/**
 * Pages of the manual whose commands are run. Every block marked `sh` is run, all of a page in one shell, in order; what it
 * prints is the block marked `text` right after it, or nothing where there is none. `…` stands for what varies: within a
 * line for some characters, alone on a line for any number of lines.
 */

/** Commands, and what they print. */
export interface Block {
  /** Where the commands begin, from 1. */
  readonly line: number;
  readonly commands: string;
  readonly printed: string;
}

/** What stands under one heading. */
export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

const HEADING = /^#{1,3} +(.*)$/;
const OPENED = /^```(\w*) *$/;

/** The sections of a page that have commands. Throws when a `text` block does not follow commands. */
export function readPage(page: string): readonly Section[] {
  const lines = page.split('\n');
  const sections: { heading: string; blocks: Block[] }[] = [{ heading: '', blocks: [] }];
  for (let at = 0; at < lines.length; at++) {
    const heading = HEADING.exec(lines[at] ?? '')?.[1];
    if (heading !== undefined) sections.push({ heading, blocks: [] });
    const kind = OPENED.exec(lines[at] ?? '')?.[1];
    if (kind === undefined) continue;
    const commands = fenced(lines, at);
    if (kind === 'text') throw new Error(`line ${at + 1}: what no commands have printed is not marked as text`);
    const next = commands.end + 2;
    const follows = kind === 'sh' && lines[next] === '```text';
    const printed = follows ? fenced(lines, next) : { text: '', end: commands.end };
    if (kind === 'sh') sections.at(-1)?.blocks.push({ line: at + 2, commands: commands.text, printed: printed.text });
    at = printed.end;
  }
  return sections.filter(({ blocks }) => blocks.length > 0);
}

/** The page with other output in place of what it shows: one text for each block, in order. */
export function withOutputs(page: string, outputs: readonly string[]): string {
  const left = [...outputs];
  return page.replace(/^```sh\n([\s\S]*?)^```\n(?:\n```text\n[\s\S]*?^```\n)?/gm, (_all, commands: string) => {
    const printed = left.shift() ?? '';
    return `\`\`\`sh\n${commands}\`\`\`\n${printed === '' ? '' : `\n\`\`\`text\n${printed}\n\`\`\`\n`}`;
  });
}

/** Whether the output is what the page shows. */
export function isAsShown(shown: string, output: string): boolean {
  const pattern = shown
    .split('\n')
    .map((line) => (line.trim() === '…' ? '(?:[^\\n]*\\n)*?' : `${line.trimEnd().split('…').map(escaped).join('[^\\n]+')}\\n`))
    .join('');
  const lines = output.split('\n').map((line) => line.trimEnd());
  return new RegExp(`^${pattern}$`).test(`${lines.join('\n')}\n`);
}

/** From the line after the fence to the closing one. */
function fenced(lines: readonly string[], from: number): { readonly text: string; readonly end: number } {
  const end = lines.indexOf('```', from + 1);
  if (end < 0) throw new Error(`line ${from + 1}: a block that does not end`);
  return { text: lines.slice(from + 1, end).join('\n'), end };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
