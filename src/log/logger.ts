/**
 * The log: one line an event, as registry:2 names the fields, in its text form, in JSON, or as Logstash has it. Lines are gathered and written
 * behind the work; `close` writes what is left.
 */
import { pino } from 'pino';
import { type AccessRecord, accessFields, createAccessLine, SIGNED_MESSAGE, signedFields } from './access-line.js';
import { JSON_NAMES, LOGSTASH_NAMES, type LogFormatter } from './formats.js';
import { createLineSink, type LineSink, type LineTarget } from './line-sink.js';
import { createTextStream } from './text-line.js';

/** What is logged: this and what is worse. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Facts that go with a message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** How lines are written. */
export interface LoggerOptions {
  readonly level?: LogLevel;
  readonly formatter?: LogFormatter;
  /** Fields of every line. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Whether requests with a status below 500 get no line. */
  readonly accessDisabled?: boolean;
  /** Where lines go; standard output when not given. */
  readonly target?: LineTarget;
}

/** Takes events. No call throws or waits. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The line of an answered request, and one about the signatures that it has stored. */
  request(record: AccessRecord): void;
  /** From now on this is logged. */
  adjust(to: Required<Pick<LoggerOptions, 'level' | 'accessDisabled'>>): void;
  /** Writes what is gathered, and waits for that. Safe to repeat. */
  close(): void;
}

/** The message of a request that failed by a fault of the registry or of its store. */
const FAILED_MESSAGE = 'response completed with error';

/** A logger. */
export function createLogger({
  level = 'info',
  formatter = 'json',
  fields = {},
  accessDisabled = false,
  target,
}: LoggerOptions = {}): Logger {
  const sink: LineSink = createLineSink(target);
  const names = formatter === 'logstash' ? LOGSTASH_NAMES : JSON_NAMES;
  const inner = pino(
    {
      level,
      base: { ...names.fields, ...fields },
      messageKey: names.message,
      timestamp: () => `,"${names.time}":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.err },
    },
    formatter === 'text' ? createTextStream(sink) : sink,
  );
  const accessLine = createAccessLine(formatter, fields);
  let logsRequests = !accessDisabled && inner.isLevelEnabled('info');
  return {
    debug: (message, facts = {}) => inner.debug(facts, message),
    info: (message, facts = {}) => inner.info(facts, message),
    warn: (message, facts = {}) => inner.warn(facts, message),
    error: (message, facts = {}) => inner.error(facts, message),
    request(record) {
      if (record.signed !== undefined) inner.info(signedFields(record, record.signed), SIGNED_MESSAGE);
      if (record.error !== undefined || record.status >= 500)
        inner.error({ ...accessFields(record), err: record.error }, FAILED_MESSAGE);
      else if (logsRequests) sink.write(accessLine(record));
    },
    adjust(to) {
      inner.level = to.level;
      logsRequests = !to.accessDisabled && inner.isLevelEnabled('info');
    },
    close: () => sink.close(),
  };
}
