/** Why an archive has no tarsum, with the sentence that whoever pushed it gets to read. */
export const REASONS = {
  'header-checksum': 'a header has a wrong checksum, or the content is no tar archive',
  'header-number': 'a number is malformed or out of range',
  'negative-number': 'a number is negative',
  'pax-record': 'an extended header is malformed',
  'pax-size': 'an extended header changes the size of its entry',
  'no-entry': 'an extended header or a long name has no entry behind it',
  'sparse-entry': 'an entry is sparse',
  'body-of-no-file': 'an entry that is no file has a body',
  'lone-zero-block': 'a zero block stands between entries',
  'cut-off': 'it ends within an entry',
  'data-behind-end': 'data stands behind its end',
  gzip: 'it cannot be decompressed',
  'cyclic-duplicates': 'a path occurs several times, in a way that leaves the order of the sums open',
  'too-many-bytes': 'it is too large',
  'compressed-too-much': 'it decompresses to too many times its size',
  'too-many-entries': 'it has too many entries',
  'long-record': 'the extended headers of an entry are too large',
  'long-name': 'a name is too long',
  'too-many-xattrs': 'an entry has too many extended attributes',
  'too-slow': 'it takes too long to sum',
} as const satisfies Record<string, string>;

/** A row of the table. */
export type Reason = keyof typeof REASONS;

/** Thrown by whatever reads a part of an archive; `createTarsum` makes a RegistryError of it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(REASONS[reason]);
    this.reason = reason;
  }
}
