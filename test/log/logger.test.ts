/** The log: what is written, in which form, and when. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccessRecord } from '../../src/log/access-line.js';
import { createLogger, type Logger, type LoggerOptions } from '../../src/log/logger.js';

const RECORD: AccessRecord = {
  id: 'r-1',
  method: 'GET',
  url: '/v2/a/tags/list?n=1',
  user: undefined,
  refusal: undefined,
  repository: 'a',
  status: 200,
  bytesIn: 0,
  bytesOut: 12,
  durationMs: 1.23456,
  client: '127.0.0.1',
  userAgent: 'agent "x"\n/1',
  errorCode: undefined,
  error: undefined,
};

/** What a logger has written when it is closed. */
function written(options: LoggerOptions, use: (logger: Logger) => void): readonly string[] {
  let text = '';
  const logger = createLogger({ ...options, target: { write: (block) => (text += block), flush: () => undefined } });
  use(logger);
  logger.close();
  return text === '' ? [] : text.trimEnd().split('\n');
}

const parsed = (lines: readonly string[]) => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the log', () => {
  it('has one line of JSON for each event, with level, time, message and facts', () => {
    const [line] = parsed(written({ fields: { service: 'registry' } }, (logger) => logger.warn('a\nb', { path: '/x', n: 3 })));
    assert.ok(line);
    const { time, ...rest } = line;
    assert.deepEqual(rest, { level: 'warn', service: 'registry', path: '/x', n: 3, msg: 'a\nb' });
    assert.equal(new Date(String(time)).toISOString(), time);
  });

  it('has the same as text, with values quoted where they are no plain words', () => {
    const [line = ''] = written({ formatter: 'text', fields: { service: 'registry' } }, (logger) => {
      logger.info('listening on "it"', { url: 'http://x', n: 3, list: [1, 'b'] });
    });
    assert.match(
      line,
      /^time="[^"]+" level=info msg="listening on \\"it\\"" service=registry url="http:\/\/x" n=3 list="\[1,\\"b\\"\]"$/,
    );
  });

  it('has the names that Logstash has, where that is asked for', () => {
    const use = (logger: Logger): void => {
      logger.warn('a', { path: '/x' });
      logger.request(RECORD);
    };
    const lines = parsed(written({ formatter: 'logstash', fields: { service: 'registry' } }, use));
    for (const [index, message] of ['a', 'response completed'].entries()) {
      const line = lines[index] ?? {};
      assert.equal(line['@version'], '1');
      assert.equal(new Date(String(line['@timestamp'])).toISOString(), line['@timestamp']);
      assert.deepEqual([line['message'], line['service']], [message, 'registry']);
      assert.deepEqual(
        ['time', 'msg'].filter((name) => name in line),
        [],
      );
    }
    assert.equal(lines[1]?.['http.response.status'], 200);
  });

  it('shows what strangers wrote, and no terminal obeys it', () => {
    const url = '/v2/\u001b[2J\u009b31m\u202e\n';
    const use = (logger: Logger): void => {
      logger.request({ ...RECORD, url });
    };
    for (const formatter of ['text', 'json', 'logstash'] as const) {
      for (const line of written({ formatter }, use)) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
    }
    for (const line of written({ formatter: 'text' }, (logger) => logger.warn(url, { path: url })))
      assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
    assert.equal(parsed(written({ formatter: 'json' }, use))[0]?.['http.request.uri'], url);
  });

  it('leaves out what is below its level', () => {
    const use = (logger: Logger): void => {
      logger.debug('d');
      logger.info('i');
      logger.request(RECORD);
      logger.warn('w');
      logger.error('e');
    };
    const messages = (level: 'debug' | 'info' | 'warn' | 'error') => parsed(written({ level }, use)).map((line) => line['msg']);
    assert.deepEqual(new Set(messages('debug')), new Set(['d', 'i', 'response completed', 'w', 'e']));
    assert.deepEqual(new Set(messages('info')), new Set(['i', 'response completed', 'w', 'e']));
    assert.deepEqual(messages('warn'), ['w', 'e']);
    assert.deepEqual(messages('error'), ['e']);
  });

  it('shows an error with its kind, its stack and what caused it', () => {
    const err = new Error('above', { cause: new TypeError('below') });
    const [line] = parsed(written({}, (logger) => logger.error('failed', { err })));
    const shown = line?.['err'] as Record<string, unknown>;
    assert.equal(shown['type'], 'Error');
    assert.match(String(shown['message']), /above.*below/);
    assert.match(String(shown['stack']), /logger\.test/);
  });

  it('takes lines after its end, and writes them at once', () => {
    let text = '';
    const logger = createLogger({ target: { write: (block) => (text += block), flush: () => undefined } });
    logger.close();
    logger.info('late');
    assert.match(text, /"msg":"late"/);
    logger.close();
  });

  it('gathers lines into blocks, each of whole lines and in order', () => {
    const blocks: string[] = [];
    const logger = createLogger({ target: { write: (block) => blocks.push(block), flush: () => undefined } });
    for (let n = 0; n < 1000; n++) logger.request({ ...RECORD, id: String(n) });
    logger.close();
    assert.ok(blocks.length > 1 && blocks.length < 100, String(blocks.length));
    assert.ok(blocks.every((block) => block.endsWith('\n')));
    const ids = parsed(blocks.join('').trimEnd().split('\n')).map((line) => line['http.request.id']);
    assert.deepEqual(
      ids,
      Array.from({ length: 1000 }, (_, n) => String(n)),
    );
  });
});

describe('the line of a request', () => {
  it('is JSON under the names of registry:2, whatever the client has sent', () => {
    const nasty = { ...RECORD, url: '/v2/"\\\u0000\u2028é', userAgent: 'a\r\nb' };
    const [line] = parsed(written({ fields: { 'a"b': 'c"d' } }, (logger) => logger.request(nasty)));
    assert.ok(line);
    const { time: _, ...rest } = line;
    assert.deepEqual(rest, {
      level: 'info',
      'a"b': 'c"d',
      'http.request.id': 'r-1',
      'http.request.method': 'GET',
      'http.request.uri': nasty.url,
      'http.request.remoteaddr': '127.0.0.1',
      'http.request.useragent': nasty.userAgent,
      'http.request.bytes': 0,
      'http.response.status': 200,
      'http.response.written': 12,
      'http.response.ms': 1.235,
      'vars.name': 'a',
      msg: 'response completed',
    });
  });

  it('is one line of text, whatever the client has sent', () => {
    const lines = written({ formatter: 'text' }, (logger) => logger.request(RECORD));
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^time=\S+ level=info msg="response completed" http\.request\.id=r-1 /);
    assert.match(
      lines[0] ?? '',
      /http\.request\.uri="\/v2\/a\/tags\/list\?n=1".* http\.request\.useragent="agent \\"x\\"\\n\/1"/,
    );
    assert.match(lines[0] ?? '', /http\.response\.status=200 .* vars\.name=a$/);
  });

  it('is followed by nothing about signatures unless some were stored, and then says whose, where requests have no line too', () => {
    const signed = { digest: 'sha256:ab', tags: ['v1', 'v2'], keyIds: ['AAAA:BBBB', 'CCCC:DDDD'], signatures: 3, added: 1 };
    const use = (logger: Logger): void => logger.request({ ...RECORD, signed });
    assert.equal(written({}, use).length, 2);
    const [line] = parsed(written({ accessDisabled: true }, use));
    const { time, ...rest } = line ?? {};
    assert.ok(time);
    assert.deepEqual(rest, {
      level: 'info',
      'http.request.id': 'r-1',
      'vars.name': 'a',
      'manifest.digest': 'sha256:ab',
      'manifest.tags': 'v1 v2',
      'signature.keyids': 'AAAA:BBBB CCCC:DDDD',
      'signature.count': 3,
      'signature.new': 1,
      msg: 'signatures verified and stored',
    });
    const tags = ['x\nlevel=error msg="forged"'];
    const forged = written({ formatter: 'text', accessDisabled: true }, (logger) =>
      logger.request({ ...RECORD, signed: { ...signed, tags } }),
    );
    assert.equal(forged.length, 1);
    assert.deepEqual(written({ level: 'warn' }, use), []);
  });

  it('is left out where that is configured, but for failures of the registry', () => {
    const lines = parsed(
      written({ accessDisabled: true }, (logger) => {
        logger.request(RECORD);
        logger.request({ ...RECORD, status: 404, errorCode: 'BLOB_UNKNOWN' });
        logger.request({ ...RECORD, status: 500, errorCode: 'UNKNOWN', error: new Error('a mistake') });
        logger.request({ ...RECORD, status: 503, errorCode: 'UNAVAILABLE' });
      }),
    );
    assert.deepEqual(
      lines.map((line) => [line['level'], line['http.response.status'], line['err.code']]),
      [
        ['error', 500, 'UNKNOWN'],
        ['error', 503, 'UNAVAILABLE'],
      ],
    );
    assert.match(JSON.stringify(lines[0]?.['err']), /a mistake/);
  });
});
