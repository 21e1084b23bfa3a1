/**
 * Finds what ties a file to the machine on which it was written: the place of the checkout, somebody's home, and the
 * addresses from which packages came there. Elsewhere these are wrong, and tell what is nobody's business.
 */
import { homedir } from 'node:os';
import { lineOf, type Sources } from './sources.js';

/** What must not stand in any file. */
interface Word {
  readonly pattern: RegExp;
  readonly what: string;
}

const WORDS: readonly Word[] = [
  { pattern: /"resolved"\s*:/g, what: 'an address that a package was taken from: npm finds it by its name and checksum' },
  { pattern: /^\s*(?:@[\w-]+:)?registry\s*=|--registry[= ]/gm, what: 'the address of a registry of packages' },
  { pattern: /(?<![\w.$}])\/(?:home|Users)\/(?!node\b|nonroot\b)[\w.-]+/g, what: "somebody's home" },
  { pattern: /\b[A-Z]:\\{1,2}Users\\{1,2}\w/g, what: "somebody's home" },
  { pattern: /\bhttps?:\/\/[^\s/@'"`<>$]+:[^\s/@'"`<>$]+@/g, what: 'a password in an address' },
];

/** `file:line: what` for each. `folder` is where the checkout is. */
export function findTies(sources: Sources, folder: string, home = homedir()): readonly string[] {
  const words = [...WORDS];
  for (const place of [folder, home].map((path) => path.replace(/\/+$/, ''))) {
    // A short one, such as /app or /root, may be meant for itself.
    if (place.split('/').length > 2)
      words.push({ pattern: new RegExp(`${escaped(place)}(?![\\w.-])`, 'g'), what: `the place ${place}` });
  }
  const findings: string[] = [];
  for (const [file, text] of sources) {
    for (const { pattern, what } of words) {
      for (const match of text.matchAll(pattern)) findings.push(`${file}:${lineOf(text, match.index)}: ${what}`);
    }
  }
  return findings;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
