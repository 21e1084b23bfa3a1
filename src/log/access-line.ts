/**
 * The line of an answered request, made by hand: it is the one line that is written tens of thousands of times a second.
 * Names are those that registry:2 logs; `ms` and the bytes that came in are ours.
 */
import { visibleJson } from '../core/visible.js';
import { JSON_NAMES, LOGSTASH_NAMES, type LogFormatter } from './formats.js';
import { logfmt } from './text-line.js';

/** One answered request. */
export interface AccessRecord {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly repository: string | undefined;
  readonly user: string | undefined;
  readonly refusal: string | undefined;
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly durationMs: number;
  readonly client: string | undefined;
  readonly userAgent: string | undefined;
  readonly errorCode: string | undefined;
  readonly error: unknown;
  readonly signed?: SignedRecord | undefined;
}

/** A manifest that was put with signatures. */
export interface SignedRecord {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly keyIds: readonly string[];
  readonly signatures: number;
  readonly added: number;
}

/** The message of such a line. */
export const ACCESS_MESSAGE = 'response completed';

/** The fields of the line, in order. */
export function accessFields(record: AccessRecord): Readonly<Record<string, string | number | undefined>> {
  return {
    'http.request.id': record.id,
    'http.request.method': record.method,
    'http.request.uri': record.url,
    'http.request.remoteaddr': record.client,
    'http.request.useragent': record.userAgent,
    'http.request.bytes': record.bytesIn,
    'http.response.status': record.status,
    'http.response.written': record.bytesOut,
    'http.response.ms': Math.round(record.durationMs * 1000) / 1000,
    'vars.name': record.repository,
    'auth.user.name': record.user,
    'err.code': record.errorCode,
    'err.detail': record.refusal,
  };
}

/** The message of a line about signatures: it is written whether or not requests are. */
export const SIGNED_MESSAGE = 'signatures verified and stored';

/** The fields of such a line: who has signed what. */
export function signedFields({ id, repository }: AccessRecord, signed: SignedRecord): Readonly<Record<string, string | number>> {
  return {
    'http.request.id': id,
    'vars.name': repository ?? '',
    'manifest.digest': signed.digest,
    'manifest.tags': signed.tags.join(' '),
    'signature.keyids': signed.keyIds.join(' '),
    'signature.count': signed.signatures,
    'signature.new': signed.added,
  };
}

/** Makes lines of records, at level `info`. `fields` go into each. */
export function createAccessLine(
  formatter: LogFormatter,
  fields: Readonly<Record<string, string>>,
): (record: AccessRecord) => string {
  const time = createTimeText();
  if (formatter === 'text') {
    return (record) => `${logfmt({ time: time(), level: 'info', msg: ACCESS_MESSAGE, ...fields, ...accessFields(record) })}\n`;
  }
  const names = formatter === 'json' ? JSON_NAMES : LOGSTASH_NAMES;
  const extra = members({ ...names.fields, ...fields });
  const end = `,"${names.message}":"${ACCESS_MESSAGE}"}\n`;
  return (record) => `{"level":"info","${names.time}":"${time()}"${extra}${members(accessFields(record))}${end}`;
}

/** `,"name":value` for each that has a value. */
function members(fields: Readonly<Record<string, string | number | undefined>>): string {
  let text = '';
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) text += `,${quoted(name)}:${typeof value === 'number' ? value : quoted(value)}`;
  }
  return text;
}

const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : visibleJson(JSON.stringify(text));
}

/** The time of day as text, made once a millisecond. */
function createTimeText(): () => string {
  let at = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      text = new Date(now).toISOString();
    }
    return text;
  };
}
