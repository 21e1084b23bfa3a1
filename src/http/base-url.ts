/** What stands before the path of an absolute `Location`: as configured, as a proxy says, or as the client asked. */
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { HttpSettings } from './settings.js';

/** Characters of `host[:port]`; nothing else is ever copied from a header into an answer. */
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/;
const MAX_PORT = 65_535;
const SCHEME = /^https?$/i;

/**
 * All that stands before `/v2/`. What is configured goes before all else, as in registry:2. No scheme and host when URLs are
 * relative, or the request names no usable host.
 */
export function baseUrl(request: IncomingMessage, settings: Pick<HttpSettings, 'relativeUrls' | 'host' | 'prefix'>): string {
  if (settings.host !== undefined) return settings.host;
  if (settings.relativeUrls) return settings.prefix;
  const forwarded = parseForwarded(firstHeader(request, 'forwarded'));
  const scheme =
    forwarded['proto'] ?? firstHeader(request, 'x-forwarded-proto') ?? (request.socket instanceof TLSSocket ? 'https' : 'http');
  const host = hostOf(request);
  return host !== undefined && SCHEME.test(scheme) ? `${scheme.toLowerCase()}://${host}${settings.prefix}` : settings.prefix;
}

/** The path of that: what stands before `/v2/` where a URL is a path alone. */
export function basePath({ host, prefix }: Pick<HttpSettings, 'host' | 'prefix'>): string {
  return host === undefined ? prefix : new URL(host).pathname.replace(/\/+$/, '');
}

/** `host[:port]` as the client knows it: what a proxy says, else what was asked for. Undefined when that is no host. */
export function hostOf(request: IncomingMessage): string | undefined {
  const forwarded = parseForwarded(firstHeader(request, 'forwarded'));
  const host = forwarded['host'] ?? firstHeader(request, 'x-forwarded-host') ?? request.headers.host;
  const match = host === undefined ? null : HOST.exec(host);
  return match === null || Number(match[1] ?? 0) > MAX_PORT ? undefined : host;
}

/** The first element of a list header; the proxy nearest to the client wrote it. */
function firstHeader(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  const text = Array.isArray(value) ? value[0] : value;
  const first = text?.split(',', 1)[0]?.trim();
  return first === '' ? undefined : first;
}

/** The parameters of one `Forwarded` element (RFC 7239), names in lower case. */
function parseForwarded(element: string | undefined): Readonly<Record<string, string>> {
  const pairs = (element ?? '').split(';').map((pair) => {
    const equals = pair.indexOf('=');
    const value = pair.slice(equals + 1).trim();
    return [pair.slice(0, Math.max(equals, 0)).trim().toLowerCase(), value.replace(/^"(.*)"$/, '$1')];
  });
  return Object.fromEntries(pairs.filter(([name, value]) => name !== '' && value !== ''));
}
