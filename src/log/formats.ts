/** Forms of a line, by their names in the configuration. */

/** Names a form: that of registry:2, an object of JSON, or the object that Logstash expects. */
export type LogFormatter = 'text' | 'json' | 'logstash';

/** What a form of JSON calls what every line has. */
interface FormNames {
  readonly time: string;
  readonly message: string;
  /** Fields that the form asks for. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The plain form. */
export const JSON_NAMES: FormNames = { time: 'time', message: 'msg', fields: {} };

/** Version 1 of the events of Logstash. */
export const LOGSTASH_NAMES: FormNames = { time: '@timestamp', message: 'message', fields: { '@version': '1' } };
