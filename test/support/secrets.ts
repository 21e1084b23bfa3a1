/** Looks for secrets in what was printed, logged or answered, in each spelling in which one may get there. */

/** How a secret may be spelled: as it is, in a URL, in JSON, and in base64 behind and before anything. */
export function spellingsOf(secret: string): readonly string[] {
  const spellings = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  // What stands before it shifts the letters of base64; two letters at each end are of the neighbours too.
  for (const before of ['', '.', '..']) {
    const text = Buffer.from(before + secret)
      .toString('base64')
      .replace(/=+$/, '');
    const own = text.slice(before === '' ? 0 : before.length + 1, -2);
    spellings.push(own, own.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [...new Set(spellings)];
}

/** The spellings of the secrets that the text has, each with some of what is around it. */
export function secretsIn(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.flatMap(spellingsOf).flatMap((spelling) => {
    const at = text.indexOf(spelling);
    return at < 0 ? [] : [`${spelling} in: ${text.slice(Math.max(0, at - 80), at + spelling.length + 20)}`];
  });
}
