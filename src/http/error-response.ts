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
    if (!isAbort(thrown)) x.error = thrown;
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

/** True when nobody waits for the answer any more. */
export function clientIsGone({ request, response, gone }: Exchange): boolean {
  return gone || response.destroyed || (request.destroyed && !request.complete);
}

/** For a method that the resource does not have. */
export function methodNotAllowed(method: string): RegistryError {
  return new RegistryError('UNSUPPORTED', { message: `${ERRORS.UNSUPPORTED.message} There is no ${method} here.` });
}
