const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * The path that a name stands for: without `.` and `..`, without slashes at its ends, with single slashes inside. No `..`
 * leads above the top. Only tells which entries are the same path; the sum of an entry has its name as it is.
 * The name itself when it is such a path, as nearly all are.
 */
export function cleanPath(name: Buffer): Buffer {
  if (isClean(name)) return name;
  const out = Buffer.allocUnsafe(name.length);
  let length = 0;
  for (let start = 0; start <= name.length; ) {
    const slash = name.indexOf(SLASH, start);
    const end = slash < 0 ? name.length : slash;
    if (isDots(name, start, end, 2)) length = Math.max(0, out.subarray(0, length).lastIndexOf(SLASH));
    else if (end > start && !isDots(name, start, end, 1)) {
      if (length > 0) out[length++] = SLASH;
      length += name.copy(out, length, start, end);
    }
    start = end + 1;
  }
  return out.subarray(0, length);
}

/** True when no part of it is empty, or dots, or might be: said a little too seldom. */
function isClean(name: Buffer): boolean {
  let before = SLASH;
  for (const byte of name) {
    if (before === SLASH && (byte === SLASH || byte === DOT)) return false;
    before = byte;
  }
  return before !== SLASH;
}

function isDots(name: Buffer, start: number, end: number, count: 1 | 2): boolean {
  return end - start === count && name[start] === DOT && name[end - 1] === DOT;
}
