/** What is told of a request to those who tell others what happened: where it came from, and what it has read. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Tag } from '../core/reference.js';
import type { EventContent } from '../registry/events.js';
import type { Content, Origin } from '../registry/registry.js';
import { baseUrl } from './base-url.js';
import type { Exchange, Service } from './context.js';
import type { HotAnswer } from './hot.js';
import { blobUrl, manifestUrl } from './links.js';

/** The request, as registry:2 tells of it. Must be asked for while the connection is open. */
export function originOf({ settings }: Service, request: IncomingMessage, id: string): Origin {
  return {
    id,
    addr: remoteAddress(request),
    host: request.headers.host ?? '',
    method: request.method ?? 'GET',
    userAgent: request.headers['user-agent'] ?? '',
    urlOf: (kind, name, digest) =>
      baseUrl(request, settings) + (kind === 'blob' ? blobUrl(name, digest) : manifestUrl(name, { kind: 'digest', digest })),
  };
}

/** The client's address as the first proxy saw it, else that of the connection, with its port. */
function remoteAddress({ headers, socket }: IncomingMessage): string {
  for (const header of ['x-forwarded-for', 'x-real-ip']) {
    const value = headers[header];
    const first = (Array.isArray(value) ? value[0] : value)?.split(',', 1)[0]?.trim() ?? '';
    if (isIP(first) !== 0) return first;
  }
  const address = socket.remoteAddress?.replace(/^::ffff:(?=[0-9.]+$)/, '');
  if (address === undefined) return '';
  return `${address.includes(':') ? `[${address}]` : address}:${socket.remotePort ?? 0}`;
}

/** Tells that content was read, if anybody wants to know. */
export function tellPull(x: Exchange, asked: HotAnswer['asked'], content: EventContent): void {
  const { service, request, id, principal } = x;
  service.pulled?.({
    action: 'pull',
    target: { repository: asked.name, content, tag: tagOf(asked) },
    actor: principal?.name ? { name: principal.name } : undefined,
    origin: originOf(service, request, id),
  });
}

/** The same of an answer that was prepared. */
export function tellHotPull(
  service: Service,
  request: IncomingMessage,
  { asked, descriptor, body }: HotAnswer,
  id: string,
  user: string | undefined,
): void {
  service.pulled?.({
    action: 'pull',
    target: {
      repository: asked.name,
      content:
        asked.kind === 'blob'
          ? { kind: 'blob', descriptor }
          : { kind: 'manifest', descriptor, bytes: () => Buffer.from(body, 'latin1') },
      tag: tagOf(asked),
    },
    actor: user === undefined ? undefined : { name: user },
    origin: originOf(service, request, id),
  });
}

/** A manifest, as it is told of. */
export function manifestContent({ descriptor, bytes }: Content): EventContent {
  return { kind: 'manifest', descriptor, bytes: () => bytes };
}

function tagOf(asked: HotAnswer['asked']): Tag | undefined {
  return asked.kind === 'manifest' && asked.reference.kind === 'tag' ? asked.reference.tag : undefined;
}
