/** What is told of each request once it has been answered. Whoever logs or counts gets these records; nothing is written here. */
import type { IncomingMessage } from 'node:http';
import type { Digest } from '../core/digest.js';
import type { Tag } from '../core/reference.js';
import type { Kind } from './request.js';

/** One answered request. */
export interface RequestRecord {
  readonly id: string;
  readonly method: string;
  /** The target, but for what may be secret in it: see `shown-target.ts`. */
  readonly url: string;
  /** What was asked for; `unknown` when the target could not be parsed, `malformed` when the request itself could not. */
  readonly kind: Kind | 'unknown' | 'malformed';
  readonly repository: string | undefined;
  /** The name of the one who asked; undefined when nobody was known, or without a name. */
  readonly user: string | undefined;
  /** Why nobody was known, or could not do this; a fixed text. */
  readonly refusal: string | undefined;
  /** What was answered; 499 when the client was gone before the end, 408 when it kept silent for too long. */
  readonly status: number;
  /** Bytes of the bodies. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly durationMs: number;
  readonly client: string | undefined;
  readonly userAgent: string | undefined;
  /** The first code of an error answer. */
  readonly errorCode: string | undefined;
  /** Whether the answer was prepared, and sent as it was. */
  readonly prepared?: true;
  /** Who has signed the manifest that was put, when anybody has. */
  readonly signed?: SignedRecord | undefined;
  /** The error behind a 5xx answer or behind an answer that was cut off; never sent to the client. */
  readonly error: unknown;
}

/** A manifest that was put with signatures, all of them verified. */
export interface SignedRecord {
  readonly digest: Digest;
  readonly tags: readonly Tag[];
  /** Computed from the keys; each once. */
  readonly keyIds: readonly string[];
  readonly signatures: number;
  /** How many of the signatures were not there before. */
  readonly added: number;
}

/** Takes a record. Must not throw and not wait. */
export type AccessLog = (record: RequestRecord) => void;

/** The client's address as the first proxy saw it; the connection's when there is none. Anybody can claim one: for logs only. */
export function clientAddress(request: IncomingMessage): string | undefined {
  const forwarded = request.headers['x-forwarded-for'];
  const first = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(',', 1)[0]?.trim();
  return first ? first.slice(0, 64) : request.socket.remoteAddress;
}
