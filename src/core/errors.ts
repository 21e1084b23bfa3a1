/**
 * Every code that the registry answers with: the one table from which the wire, the manual and the tests read.
 * Texts of the codes shared with docker/distribution are the ones its clients and scripts know.
 */
export const ERRORS = {
  BLOB_UNKNOWN: { status: 404, message: 'blob unknown to registry' },
  BLOB_UPLOAD_INVALID: { status: 416, message: 'blob upload invalid' },
  BLOB_UPLOAD_UNKNOWN: { status: 404, message: 'blob upload unknown to registry' },
  DENIED: { status: 403, message: 'requested access to the resource is denied' },
  DIGEST_INVALID: { status: 400, message: 'provided digest did not match uploaded content' },
  MANIFEST_BLOB_UNKNOWN: { status: 400, message: 'blob unknown to registry' },
  MANIFEST_INVALID: { status: 400, message: 'manifest invalid' },
  MANIFEST_UNKNOWN: { status: 404, message: 'manifest unknown' },
  MANIFEST_UNVERIFIED: { status: 400, message: 'manifest failed signature verification' },
  NAME_INVALID: { status: 400, message: 'invalid repository name' },
  NAME_UNKNOWN: { status: 404, message: 'repository name not known to registry' },
  NOT_FOUND: { status: 404, message: 'page not found' },
  PAGINATION_NUMBER_INVALID: { status: 400, message: 'invalid number of results requested' },
  SIZE_INVALID: { status: 400, message: 'provided length did not match content length' },
  TAG_INVALID: { status: 400, message: 'manifest tag did not match URI' },
  TOOMANYREQUESTS: { status: 429, message: 'too many requests' },
  UNAUTHORIZED: { status: 401, message: 'authentication required' },
  UNAVAILABLE: { status: 503, message: 'service unavailable' },
  UNKNOWN: { status: 500, message: 'unknown error' },
  UNSUPPORTED: { status: 405, message: 'The operation is unsupported.' },
} as const satisfies Record<string, { status: number; message: string }>;

/** A code of the table. */
export type ErrorCode = keyof typeof ERRORS;

/** What may be said with a code. */
export interface ErrorFacts {
  /** Machine-readable facts for the client; goes into the body as `detail`. Never a secret. */
  readonly detail?: unknown;
  /** A sentence that helps whoever reads it; the table's text stands when it is missing. */
  readonly message?: string;
  /** Another status than the table's, where the specification has several for one code (413, 412, 414, 416). */
  readonly status?: number;
  /** Seconds after which a retry may succeed; sent as `Retry-After`. */
  readonly retryAfter?: number;
  /** What failed below; logged, never sent. */
  readonly cause?: unknown;
  /** Further errors of the same answer, such as one for each missing blob of a manifest. */
  readonly more?: readonly RegistryError[];
}

/** What the registry answers with when it cannot do what was asked. Thrown from the store upwards. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: unknown;
  readonly retryAfter: number | undefined;
  readonly more: readonly RegistryError[];

  constructor(code: ErrorCode, facts: ErrorFacts = {}) {
    super(facts.message ?? ERRORS[code].message, 'cause' in facts ? { cause: facts.cause } : undefined);
    this.code = code;
    this.status = facts.status ?? ERRORS[code].status;
    this.detail = facts.detail;
    this.retryAfter = facts.retryAfter;
    this.more = facts.more ?? [];
  }
}

/** True for what an aborted `AbortSignal` throws: not an error of ours, nobody waits for an answer. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || (error as NodeJS.ErrnoException).code === 'ABORT_ERR');
}
