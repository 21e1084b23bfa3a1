const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d(?:\.\d+)?)([Zz]|[+-]\d\d:\d\d)$/;

/** The time that the text says, in RFC 3339; undefined for anything else. Blanks around it, as an editor leaves them, do not count. */
export function parseStart(text: Uint8Array): Date | undefined {
  const match = RFC_3339.exec(Buffer.from(text).toString('latin1').trim());
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2]}${match[3]?.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : new Date(ms);
}
