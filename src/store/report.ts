/** Something on disk that is not as it must be. It was worked around; somebody should look. */
export interface Finding {
  /** What is wrong, as one word or two for machines: `link-unreadable`, `blob-empty`, `blob-corrupt`, ... */
  readonly what: string;
  /** Where. */
  readonly path: string;
  /** What was done about it, in a sentence. */
  readonly message: string;
}

/** Takes findings; never throws and never waits. */
export type Report = (finding: Finding) => void;
