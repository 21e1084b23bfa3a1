/** What the command's exit code says. */
export const EXIT = {
  /** Done; for `serve`: stopped by a signal, after the requests that ran. */
  ok: 0,
  /** It failed: a port that is taken, a folder that cannot be used, a mistake of the program. */
  failure: 1,
  /** It was asked for what cannot be: wrong usage or a wrong configuration. Nothing was done. */
  usage: 2,
} as const;
