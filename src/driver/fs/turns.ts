/** Writers of one process on one object: the later one takes over from the earlier one. */

/** One writer's time on an object. */
export interface Turn {
  superseded: boolean;
  /** Settles when the steps that are under way now are done. */
  busy: Promise<unknown>;
  /** While another writer finds out whether it can take over, this one begins no step. */
  contested: Promise<void> | undefined;
}

/** Ends the turn before, once its step under way is done, if the size is then what the new writer expects; else leaves it alone. */
export async function takeOver<T>(before: Turn | undefined, checkSize: () => Promise<T>): Promise<T> {
  if (before === undefined) return checkSize();
  const { busy } = before;
  let decided = (): void => undefined;
  before.contested = new Promise((resolve) => {
    decided = resolve;
  });
  try {
    await busy;
    const facts = await checkSize();
    before.superseded = true;
    return facts;
  } finally {
    before.contested = undefined;
    decided();
  }
}
