/** The kinds of checks: of the store, of a file, of what is served at a URL, of what listens at an address. */
import { stat } from 'node:fs/promises';
import { connect } from 'node:net';

/** Rejects when something is wrong; ends early when the signal fires. */
type Run = (signal: AbortSignal) => Promise<void>;

/** What is asked of an HTTP server. */
export interface HttpQuestion {
  readonly uri: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly statusCode: number;
}

/** That the store answers. What it says instead may name places of this machine, so it is the cause. */
export function storageCheck(ready: (options: { readonly signal: AbortSignal }) => Promise<void>): Run {
  return async (signal) => {
    try {
      await ready({ signal });
    } catch (error) {
      throw new Error('the store does not answer', { cause: error });
    }
  };
}

/** That there is no such file: whoever makes it takes the server out of service. */
export function fileCheck(file: string): Run {
  return async () => {
    try {
      await stat(file);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw new Error(`the file cannot be looked at: ${codeOf(error)}`, { cause: error });
    }
    throw new Error('file exists');
  };
}

/** That HEAD of the URL is answered with this status. A name and a password in the URL are sent as Basic credentials. */
export function httpCheck({ uri, headers, statusCode }: HttpQuestion): Run {
  const url = new URL(uri);
  const sent = new Headers();
  if (url.username !== '' || url.password !== '') sent.set('Authorization', `Basic ${basicOf(url)}`);
  url.username = '';
  url.password = '';
  for (const [name, values] of Object.entries(headers)) for (const value of values) sent.append(name, value);
  return async (signal) => {
    const answer = await fetch(url, { method: 'HEAD', headers: sent, signal }).catch((error: unknown) => {
      throw new Error(`error while checking: ${codeOf(error)}`, { cause: withoutFacts(error) });
    });
    await answer.body?.cancel();
    if (answer.status !== statusCode) throw new Error(`downstream service returned unexpected status: ${answer.status}`);
  };
}

/** That somebody takes connections there. No host means this machine. */
export function tcpCheck({ host = 'localhost', port }: { readonly host: string | undefined; readonly port: number }): Run {
  return (signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, signal });
      socket.once('connect', () => {
        socket.destroy();
        resolve();
      });
      socket.once('error', (error) => reject(new Error(`connection failed: ${codeOf(error)}`, { cause: error })));
    });
}

/** The URL as it may be shown: without a name, a password and what is asked. */
export function shownUri(uri: string): string {
  const { protocol, host, pathname, search } = new URL(uri);
  return `${protocol}//${host}${pathname}${search === '' ? '' : '?...'}`;
}

function basicOf({ username, password }: URL): string {
  return Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The errno behind an error, or what kind of error it is. */
function codeOf(error: unknown): string {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') return each.code;
    if (each.cause === undefined) return each.name;
  }
  return 'unknown';
}

/** Errors of the client may quote the target or a header; none of that belongs into a log. */
function withoutFacts(error: unknown): Error {
  return new Error(codeOf(error));
}
