/** The one place where an error becomes an answer: the body of the OCI specification, a status, and nothing that is secret. */
import { ERRORS, isAbort, RegistryError } from '../core/errors.js';
import type { Exchange } from './context.js';
import { type Headers, sendJson } from './send.js';

/** The document for an error and those that come with it. */
export function errorDocument(error: RegistryError): { readonly errors: readonly object[] } {
  return { errors: [error, ...error.more].map(({ code, message, detail }) => ({ code, message, detail })) };
}

/**
 * Answers with the error, unless an answer has begun (then the connection is cut, so that it cannot pass for whole) or the
 * client is gone. What is not a RegistryError is UNKNOWN, told whole to the log and in no part to the client.
 */
export function answerError(x: Exchange, thrown: unknown, headers: Headers = []): void {
  const { response } = x;
  if (clientIsGone(x)) {
    if (!isByClient(x, thrown)) x.error = thrown;
    response.destroy();
    return;
  }
  const error = thrown instanceof RegistryError ? thrown : new RegistryError('UNKNOWN', { cause: thrown });
  x.errorCode = error.code;
  if (error.status >= 500 || response.headersSent) x.error = thrown;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error.retryAfter !== undefined) headers.push('Retry-After', String(Math.ceil(error.retryAfter)));
  sendJson(x, error.status, errorDocument(error), headers);
}

/** True for what comes of the client's going away: nobody has made a mistake. */
function isByClient({ request }: Exchange, thrown: unknown): boolean {
  if (isAbort(thrown) || thrown === request.errored) return true;
  if (thrown instanceof RegistryError) return thrown.status < 500;
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** True when nobody waits for the answer any more. */
export function clientIsGone({ request, response, gone }: Exchange): boolean {
  return gone || response.destroyed || (request.destroyed && !request.complete);
}

/** For a change, while the registry takes none. */
export function onlyReadable(): RegistryError {
  const why = 'The registry is read-only at the moment: it can be pulled from, and takes no pushes and no deletes.';
  return new RegistryError('UNSUPPORTED', { message: `${ERRORS.UNSUPPORTED.message} ${why}` });
}

/** For a method that the resource does not have, or that is switched off. */
export function methodNotAllowed(method: string): RegistryError {
  const why = method === 'DELETE' ? 'Deleting is not possible, or switched off, here.' : `There is no ${method} here.`;
  return new RegistryError('UNSUPPORTED', { message: `${ERRORS.UNSUPPORTED.message} ${why}` });
}
