/** The text of an htpasswd file: a user and a bcrypt hash on each line. Other hashes are weak, and refused. */

/** A line that somebody should mend. Never with the hash. */
export interface LineFault {
  readonly line: number;
  readonly what: string;
}

/** What a file says. */
export interface HtpasswdUsers {
  /** Hashes by name, one character of the name for each byte (latin1). */
  readonly hashes: ReadonlyMap<string, string>;
  readonly faults: readonly LineFault[];
}

/** The last characters of salt and hash have bits that must be zero; what has others in their place was never a hash. */
const BCRYPT = /^\$2[aby]\$(?:0[4-9]|1\d|2\d|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;

/** What hashes of other kinds begin with. */
const OTHER_KINDS = [
  [/^\$2/, 'its bcrypt hash is damaged, or of a kind that is broken'],
  [/^\$apr1\$|^\$1\$/, 'its hash is MD5'],
  [/^\{SHA\}/, 'its hash is SHA-1'],
  [/^\$5\$|^\$6\$/, 'its hash is SHA-crypt'],
  [/^\$argon2|^\$7\$|^\$y\$/, 'its hash is of a kind that registry:2 does not know either'],
] as const;

/** Reads the text of a file, as latin1. Throws, with the number of the line, for a line that is none of such a file. */
export function parseHtpasswd(text: string): HtpasswdUsers {
  const hashes = new Map<string, string>();
  const faults: LineFault[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const entry = raw.trimEnd();
    const line = index + 1;
    if (entry === '' || entry.startsWith('#')) continue;
    const colon = entry.indexOf(':');
    if (colon <= 0) throw new Error(`line ${line} is not a name, a colon and a hash`);
    const [user, hash] = [entry.slice(0, colon), entry.slice(colon + 1)];
    if (hashes.has(user)) faults.push({ line, what: 'this user stands on an earlier line too; this line counts' });
    if (BCRYPT.test(hash)) hashes.set(user, hash);
    else {
      hashes.delete(user);
      faults.push({ line, what: `this user cannot log in: ${kindOf(hash)}; expected bcrypt, as htpasswd -B makes it` });
    }
  }
  return { hashes, faults };
}

function kindOf(hash: string): string {
  return OTHER_KINDS.find(([begins]) => begins.test(hash))?.[1] ?? 'what stands there is no bcrypt hash';
}

/** How often the hash is worked over, as a power of two: two digits. */
export function costOf(hash: string): string {
  return hash.slice(4, 6);
}

/** A hash of that cost that no password has. A comparison with it takes as long as any other. */
export function emptyHash(cost: string): string {
  return `$2b$${cost}$${'.'.repeat(53)}`;
}
