/**
 * The wire table: requests and the answers that are wanted, as JSON beside this file, readable without TypeScript.
 * `${...}` in a path, header, body or answer is replaced: `repo` and `other` by names that no other case uses, what a step
 * has saved by its name, `sha256:x`, `sha512:x` and `size:x` by facts of the named body x.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';

/** One request and what is wanted of its answer. */
export interface Step {
  /** Method and path. */
  readonly do: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `@name` for a named body, or the text itself. */
  readonly body?: string;
  readonly status: number;
  /** Headers: the exact value, `/a regular expression/`, or null for one that must be missing. */
  readonly answer?: Readonly<Record<string, string | null>>;
  /** The body: `@name` for a named one, or the text itself. */
  readonly text?: string;
  readonly json?: unknown;
  /** The code of the first error. */
  readonly code?: string;
  /** The codes of all errors, when there are several. */
  readonly codes?: readonly string[];
  /** Names for headers of the answer, for later steps. */
  readonly save?: Readonly<Record<string, string>>;
  /** Where docker/distribution 2.8 answers with another status, and why it is not followed. */
  readonly registry2?: { readonly status: number; readonly why: string };
}

/** Steps that follow one another on a registry of their own. */
export interface Case {
  readonly name: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
}

/** A file of the table. */
export interface WireFile {
  readonly topic: string;
  readonly cases: readonly Case[];
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** Named bodies: text, a text so many times, or a document to be written as JSON. */
type Bodies = Readonly<Record<string, unknown>>;

/** The table as it stands in this folder of the source tree. `folder` ends without a slash. */
export function loadTable(folder: string): { readonly files: readonly WireFile[]; readonly bodies: Bodies } {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'bodies.json');
  const read = (name: string): unknown => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
  return {
    files: files.sort().map((name) => ({ topic: name.slice(0, -'.json'.length), cases: read(name) as readonly Case[] })),
    bodies: read('bodies.json') as Bodies,
  };
}

/** Replaces `${...}`; throws for what is not known. */
export function createFiller(
  bodies: Bodies,
  names: Readonly<Record<string, string>>,
): {
  fill(text: string): string;
  fillAll(value: unknown): unknown;
  body(text: string): Buffer;
  save(name: string, value: string): void;
} {
  const saved = new Map(Object.entries(names));
  const fill = (text: string): string =>
    text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
      const [kind = '', body = ''] = name.split(':');
      if (kind === 'sha256' || kind === 'sha512') return `${kind}:${createHash(kind).update(named(body)).digest('hex')}`;
      if (kind === 'size') return String(named(body).length);
      const value = saved.get(name);
      if (value === undefined) throw new Error(`nothing is known as ${name}`);
      return value;
    });
  const fillAll = (value: unknown): unknown => JSON.parse(fillNumbers(fill(JSON.stringify(value))));
  const named = (name: string): Buffer => {
    const content = bodies[name];
    if (content === undefined) throw new Error(`no body is named ${name}`);
    if (typeof content === 'string') return Buffer.from(fill(content));
    if (isRepeated(content)) return Buffer.from(content.repeat.repeat(content.times));
    return Buffer.from(JSON.stringify(fillAll(content)));
  };
  return {
    fill,
    fillAll,
    body: (text) => (text.startsWith('@') ? named(text.slice(1)) : Buffer.from(fill(text))),
    save: (name, value) => void saved.set(name, value),
  };
}

function isRepeated(content: unknown): content is { repeat: string; times: number } {
  return typeof content === 'object' && content !== null && 'repeat' in content && 'times' in content;
}

/** A size stands as text in the table; in a document it is a number. */
function fillNumbers(json: string): string {
  return json.replaceAll(/"size":"(\d+)"/g, '"size":$1');
}

/**
 * Sends one request and takes the whole answer. The path is sent as it stands, but for the API behind the path of `base`,
 * which every URL of the answer must have, and which is taken out of them.
 */
export function send(
  base: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: Buffer,
): Promise<Answer> {
  const { hostname, port, pathname } = new URL(base);
  const prefix = pathname.replace(/\/$/, '');
  const target = /^\/+v2(?:[/?&]|$)/.test(path) ? prefix + path : path;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, method, path: target, headers: { ...headers, ...lengthOf(headers, body) } },
      (incoming) => {
        const pieces: Buffer[] = [];
        incoming.on('data', (piece: Buffer) => pieces.push(piece));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const flat = Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
          resolve({
            status: incoming.statusCode ?? 0,
            headers: withoutPrefix(Object.fromEntries(flat), prefix),
            body: Buffer.concat(pieces),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A URL that leads somewhere else is left as it is, with a mark that no case expects. */
function withoutPrefix(headers: Readonly<Record<string, string>>, prefix: string): Readonly<Record<string, string>> {
  const { location, link } = headers;
  if (prefix === '') return headers;
  const cut = (url: string): string => {
    const at = url.indexOf(`${prefix}/v2/`);
    return at < 0 ? `not below ${prefix}: ${url}` : url.slice(0, at) + url.slice(at + prefix.length);
  };
  return { ...headers, ...(location ? { location: cut(location) } : {}), ...(link ? { link: cut(link) } : {}) };
}

function lengthOf(headers: Readonly<Record<string, string>>, body: Buffer | undefined): Record<string, string> {
  const known = Object.keys(headers).some((name) => /^(content-length|transfer-encoding)$/i.test(name));
  return known || body === undefined ? {} : { 'Content-Length': String(body.length) };
}
