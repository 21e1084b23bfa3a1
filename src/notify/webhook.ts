/** One POST of an envelope to an endpoint: connections are used again, redirects are followed as a POST, no secret leaves by an error. */
import { Agent, request as httpRequest, type IncomingMessage, STATUS_CODES } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { contentTypeOf, type EnvelopeFormat, envelopeOf, type Notice } from './envelope.js';

/** What came of one try. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly status: string }
  /** The endpoint has answered. `forThis`: it has something against this event, not against whoever sends it. */
  | { readonly kind: 'refused'; readonly status: string; readonly forThis: boolean }
  /** No answer; in a few words without an address. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Where to. */
export interface WebhookOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly timeoutMs: number;
  readonly format: EnvelopeFormat;
}

/** A receiver of events. */
export interface Webhook {
  /** Tells it of one event. Never rejects. */
  post(notice: Notice, signal: AbortSignal): Promise<Outcome>;
  /** Closes idle connections. */
  close(): void;
}

/** These ask for the same request at another place; after others, registry:2 counts the event as taken. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);
const MAX_REDIRECTS = 5;
/** Statuses that say that the event itself is wrong. */
const AGAINST_THE_EVENT: ReadonlySet<number> = new Set([400, 409, 413, 414, 415, 422, 431]);
/** An answer is of no interest; beyond this it costs more than a new connection. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** A receiver at a URL. */
export function createWebhook({ url, headers, timeoutMs, format }: WebhookOptions): Webhook {
  const agents = { 'http:': new Agent({ keepAlive: true }), 'https:': new TlsAgent({ keepAlive: true }) };
  const configured = new URL(url);

  const send = (target: URL, body: string, signal: AbortSignal): Promise<IncomingMessage> => {
    const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const options = {
      method: 'POST',
      agent: agents[target.protocol === 'https:' ? 'https:' : 'http:'],
      signal,
      headers: {
        'User-Agent': 'lading',
        'Content-Type': contentTypeOf(format),
        ...(mayHaveSecrets(configured, target) ? headers : {}),
        'Content-Length': String(Buffer.byteLength(body)),
      },
    };
    return new Promise((resolve, reject) => {
      const sent = request(target, options, resolve).on('error', reject);
      // Without a listener such a request ends with neither an answer nor an error.
      sent.on('upgrade', (answer, socket) => {
        socket.destroy();
        resolve(answer);
      });
      sent.end(body);
    });
  };

  const follow = async (body: string, signal: AbortSignal): Promise<Outcome> => {
    let target = configured;
    for (let hops = 0; ; hops++) {
      const answer = await send(target, body, signal);
      if (answer.statusCode !== 101) await passed(answer);
      const code = answer.statusCode ?? 0;
      const { location } = answer.headers;
      if (REDIRECTS.has(code) && location !== undefined) {
        if (hops === MAX_REDIRECTS) return { kind: 'failed', reason: `more than ${MAX_REDIRECTS} redirects` };
        const next = URL.canParse(location, target.href) ? new URL(location, target) : undefined;
        if (next === undefined || !/^https?:$/.test(next.protocol)) return { kind: 'failed', reason: 'a redirect to no URL' };
        target = next;
        continue;
      }
      const status = `${code} ${STATUS_CODES[code] ?? ''}`.trim();
      if (code >= 200 && code < 400) return { kind: 'accepted', status };
      return { kind: 'refused', status, forThis: AGAINST_THE_EVENT.has(code) };
    }
  };

  return {
    async post(notice, signal) {
      let isLate = false;
      const ending = new AbortController();
      const end = (): void => ending.abort();
      const timer = setTimeout(() => {
        isLate = true;
        end();
      }, timeoutMs);
      // Not `AbortSignal.any`: Node 20 keeps a little of each for as long as the longest-lived of its signals.
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
      try {
        return await follow(envelopeOf(notice, format), ending.signal);
      } catch (error) {
        if (isLate) return { kind: 'failed', reason: `no answer within ${timeoutMs} ms` };
        return { kind: 'failed', reason: reasonOf(error) };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** Another host, or a connection that others can read, gets none of the headers that are configured. */
function mayHaveSecrets(configured: URL, target: URL): boolean {
  return target.hostname === configured.hostname && (target.protocol === configured.protocol || target.protocol === 'https:');
}

/**
 * Resolves when the rest of the answer has passed, and the connection can be used again; or when it is cut off, because that
 * takes too long. The answer was its head, whatever becomes of the rest.
 */
function passed(answer: IncomingMessage): Promise<void> {
  let bytes = 0;
  return new Promise((resolve) => {
    answer.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > MAX_ANSWER_BYTES) answer.destroy();
    });
    answer.on('error', () => undefined);
    answer.on('close', resolve);
  });
}

/** Messages of some errors hold the URL, in which there may be a password. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' ? code : String(name ?? 'failed');
}
