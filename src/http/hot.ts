/**
 * Prepared answers for small content: a pull of a manifest by tag costs one look at whether it is still fresh. Kept by the
 * request target alone, so only what does not depend on any other part of the request may be kept. Whether the one who
 * asks may have it is decided before this is looked at: the answer's request is kept beside it for that.
 */
import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Descriptor } from '../core/descriptor.js';
import type { Content, Fresh } from '../registry/registry.js';
import { hasBody } from './announced-body.js';
import type { RegistryRequest } from './request.js';

/** A 200 that is ready to be sent. */
export interface HotAnswer {
  readonly asked: RegistryRequest<'manifest' | 'blob'>;
  readonly descriptor: Descriptor;
  /** Names and values in turn, all but the request's id. */
  readonly headers: readonly string[];
  /**
   * The bytes, one character for each (latin1). Head and body then leave in one write; a buffer would make it a `writev`,
   * which costs a third of the requests per second.
   */
  readonly body: string;
  readonly fresh: Fresh;
}

/** Prepared answers by request target. */
export interface HotAnswers {
  /** The answer to this request, if one is there that is still right. */
  find(request: IncomingMessage): HotAnswer | undefined;
  /** Keeps an answer for the target, if it is small and still fresh. */
  keep(url: string, asked: HotAnswer['asked'], content: Content, headers: readonly string[]): void;
}

/** Larger content gains nothing from being prepared. */
const MAX_BODY_BYTES = 64 * 1024;
/** Headers and the bookkeeping of an entry, about. */
const OVERHEAD_BYTES = 1500;

/** Room for so many bytes of answers; 0 keeps none. */
export function createHotAnswers(maxBytes: number): HotAnswers {
  if (maxBytes <= 0) return { find: () => undefined, keep: () => undefined };
  const answers = new LRUCache<string, HotAnswer>({
    maxSize: maxBytes,
    sizeCalculation: (answer, url) => answer.body.length + url.length + OVERHEAD_BYTES,
  });
  return {
    find(request) {
      const url = request.url ?? '';
      const answer = answers.get(url);
      if (answer === undefined || isSpecial(request, answer)) return undefined;
      if (answer.fresh()) return answer;
      answers.delete(url);
      return undefined;
    },
    keep(url, asked, { descriptor, bytes, fresh }, headers) {
      if (bytes.length > MAX_BODY_BYTES || !fresh()) return;
      answers.set(url, { asked, descriptor, headers, body: bytes.toString('latin1'), fresh });
    },
  };
}

/**
 * True when the plain answer would be wrong: a part, a condition, a body, a fault of the request; or a pusher's HEAD, which
 * renews a blob's link.
 */
function isSpecial(request: IncomingMessage, answer: HotAnswer): boolean {
  const { method, headers } = request;
  if (method !== 'GET' && (method !== 'HEAD' || answer.asked.kind === 'blob')) return true;
  return headers.host === undefined || headers.range !== undefined || headers['if-none-match'] !== undefined || hasBody(request);
}
