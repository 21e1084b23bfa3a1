/** What an aborted call throws: one kind of error, whatever reason the signal carries. */

/** An AbortError; the signal's reason is its cause. */
export function abortError(signal: AbortSignal): Error {
  const error = new DOMException('The operation was aborted', 'AbortError');
  Object.defineProperty(error, 'cause', { value: signal.reason });
  return error;
}

/** Throws an AbortError when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}
