/** One code of the table. */
interface ErrorRow {
  readonly status: number;
  /** What is sent where nothing better is known. */
  readonly message: string;
  /** For people: when it comes, and what to do about it. */
  readonly about: string;
}

/**
 * Every code that the registry answers with: the one table from which the wire, the manual and the tests read.
 * Texts of the codes shared with docker/distribution are the ones its clients and scripts know.
 */
export const ERRORS = {
  BLOB_UNKNOWN: {
    status: 404,
    message: 'blob unknown to registry',
    about: 'The repository has no link to the blob, or its content is gone. Push it, or mount it from where it is.',
  },
  BLOB_UPLOAD_INVALID: {
    status: 416,
    message: 'blob upload invalid',
    about:
      'A piece does not begin where the upload ends, or another request has taken the upload over. Ask for its status and go on from there.',
  },
  BLOB_UPLOAD_UNKNOWN: {
    status: 404,
    message: 'blob upload unknown to registry',
    about: 'There is no such upload: it was finished, cancelled or purged, or never begun. Start another.',
  },
  DENIED: {
    status: 403,
    message: 'requested access to the resource is denied',
    about: 'Whoever asks is known, and may not do this.',
  },
  DIGEST_INVALID: {
    status: 400,
    message: 'provided digest did not match uploaded content',
    about: 'The digest is malformed, of an algorithm that is not supported, or not the one of the content that was sent.',
  },
  MANIFEST_BLOB_UNKNOWN: {
    status: 400,
    message: 'blob unknown to registry',
    about: 'The manifest names content that the repository does not have: one error for each. Push or mount it first.',
  },
  MANIFEST_INVALID: {
    status: 400,
    message: 'manifest invalid',
    about:
      'The manifest is not what its media type says; 413 when it is too large, 412 when a condition on its tag does not hold.',
  },
  MANIFEST_UNKNOWN: {
    status: 404,
    message: 'manifest unknown',
    about: 'The repository has no such tag, no such manifest, or its content is gone.',
  },
  MANIFEST_UNVERIFIED: {
    status: 400,
    message: 'manifest failed signature verification',
    about: 'A signature of a schema 1 manifest does not fit its payload.',
  },
  NAME_INVALID: {
    status: 400,
    message: 'invalid repository name',
    about: 'The name of the repository breaks the grammar, or has more than 255 characters.',
  },
  NAME_UNKNOWN: {
    status: 404,
    message: 'repository name not known to registry',
    about: 'There is no repository of this name.',
  },
  NOT_FOUND: {
    status: 404,
    message: 'page not found',
    about: 'Nothing is served at this address.',
  },
  PAGINATION_NUMBER_INVALID: {
    status: 400,
    message: 'invalid number of results requested',
    about: 'The number of results that was asked for is no number, or above the limit.',
  },
  SIZE_INVALID: {
    status: 400,
    message: 'provided length did not match content length',
    about: 'The body is shorter or longer than its Content-Length or Content-Range says.',
  },
  TAG_INVALID: {
    status: 400,
    message: 'manifest tag did not match URI',
    about: 'The tag breaks the grammar, or has more than 128 characters; 414 when there are too many in one request.',
  },
  TOOMANYREQUESTS: {
    status: 429,
    message: 'too many requests',
    about: 'More was asked for than is allowed at a time. Wait as long as `Retry-After` says.',
  },
  UNAUTHORIZED: {
    status: 401,
    message: 'authentication required',
    about: 'Nobody has said who asks, or the password or token is not good. `WWW-Authenticate` says how.',
  },
  UNAVAILABLE: {
    status: 503,
    message: 'service unavailable',
    about: 'The storage cannot answer or has no room, or the registry is being stopped. A retry may succeed.',
  },
  UNKNOWN: {
    status: 500,
    message: 'unknown error',
    about: 'A mistake of the registry itself. The log has the whole story, under the id of the request.',
  },
  UNSUPPORTED: {
    status: 405,
    message: 'The operation is unsupported.',
    about: 'The method is not served here, or is switched off, such as deletes or all writes.',
  },
} as const satisfies Record<string, ErrorRow>;

/** Statuses that a code may have beside the one of the table, by what they say. */
export const STATUS = { conditionFailed: 412, tooLarge: 413 } as const;

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
