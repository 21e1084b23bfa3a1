/** What an archive may ask for. Whoever sends one may want to do harm: no archive costs more memory or work than this. */
export interface TarsumLimits {
  /** Bytes of the tar archive, decompressed. */
  readonly maxBytes: number;
  /** How many times its compressed size an archive may have, beyond the first `freeBytes`. */
  readonly maxRatio: number;
  readonly freeBytes: number;
  /** Each costs about 100 bytes of memory until the end (with sha512 130), and some 30 more while the sums are sorted. */
  readonly maxEntries: number;
  /** Bytes of all extended headers and long names before one entry. */
  readonly maxRecordBytes: number;
  /** Bytes of a name, and of the name that a link points to. */
  readonly maxNameBytes: number;
  /** Extended attributes of one entry. */
  readonly maxXattrs: number;
}

/** The limits that hold where nothing else is asked for. */
export const DEFAULT_LIMITS: TarsumLimits = {
  maxBytes: 10 * 1024 ** 3,
  maxRatio: 200,
  freeBytes: 10 * 1024 ** 2,
  maxEntries: 1_000_000,
  maxRecordBytes: 1024 ** 2,
  maxNameBytes: 64 * 1024,
  maxXattrs: 1000,
};
