/** Where one endpoint's events wait, as the outbox needs it: batches of bytes with names that sort by time. */

/** What outlives the process. Names sort in the order in which their batches were added, and tell how many events are in one. */
export interface Queue {
  /** Keeps a batch of so many events. Unless `volatile`, it survives a power cut from then on. */
  add(bytes: Buffer, count: number, options: { readonly volatile: boolean }): Promise<string>;
  /** The batch; undefined when it is not there any more. */
  read(name: string): Promise<Buffer | undefined>;
  /** Removes batches; missing ones are fine. */
  remove(names: readonly string[]): Promise<void>;
  /** Keeps what is left of a batch among the dead letters, at the place in their order that it had. Returns how many events of older dead letters were removed to make room. */
  bury(bytes: Buffer, count: number, name: string | undefined): Promise<number>;
  /** Makes what others have left behind one's own, and names it in order. When the signal fires, the rest stays. */
  takeOver(signal?: AbortSignal): Promise<readonly string[]>;
  /** So many events are in that batch. */
  countOf(name: string): number;
  /** When its events were asked to be sent again; undefined when they were not. */
  againSince(name: string): number | undefined;
  /** Tidies up. What waits stays for others. */
  close(): Promise<void>;
}
