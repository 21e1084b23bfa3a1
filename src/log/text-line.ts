/** Lines as registry:2 writes them by default: `time="..." level=info msg="..." name=value`. */
import { visibleJson } from '../core/visible.js';
import type { LineSink } from './line-sink.js';

const BARE = /^[A-Za-z0-9\-._/@^+]+$/;

/** `name=value` for each that has a value, in order. Values that are not plain words are quoted, as JSON quotes them. */
export function logfmt(fields: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    text += `${text === '' ? '' : ' '}${name}=${shown(value)}`;
  }
  return text;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return BARE.test(text) ? text : visibleJson(JSON.stringify(text));
}

/** Takes lines of JSON and hands them on as text. */
export function createTextStream(sink: LineSink): { write(line: string): void } {
  return {
    write(line) {
      const { time, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
      sink.write(`${logfmt({ time, level, msg, ...rest })}\n`);
    },
  };
}
