import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERRORS, type ErrorCode, isAbort, RegistryError } from '../../src/core/errors.js';

const CODES = Object.keys(ERRORS) as ErrorCode[];

/** What OCI distribution-spec 1.1 lists under error codes; its clients look for these. */
const OF_THE_SPECIFICATION = [
  'BLOB_UNKNOWN',
  'BLOB_UPLOAD_INVALID',
  'BLOB_UPLOAD_UNKNOWN',
  'DENIED',
  'DIGEST_INVALID',
  'MANIFEST_BLOB_UNKNOWN',
  'MANIFEST_INVALID',
  'MANIFEST_UNKNOWN',
  'NAME_INVALID',
  'NAME_UNKNOWN',
  'SIZE_INVALID',
  'TOOMANYREQUESTS',
  'UNAUTHORIZED',
  'UNSUPPORTED',
];

describe('the table of errors', () => {
  it('has every code of the specification', () => {
    assert.deepEqual(
      OF_THE_SPECIFICATION.filter((code) => !(code in ERRORS)),
      [],
    );
  });

  it('has codes in capitals, statuses of errors, and a text for each', () => {
    for (const code of CODES) {
      assert.match(code, /^[A-Z][A-Z_]*[A-Z]$/);
      assert.ok(ERRORS[code].status >= 400 && ERRORS[code].status <= 599, code);
      assert.notEqual(ERRORS[code].message.trim(), '', code);
    }
  });

  it('is in order, so that a code is found', () => {
    assert.deepEqual(CODES, [...CODES].sort());
  });
});

describe('an error of the registry', () => {
  it('takes status and text from the table', () => {
    for (const code of CODES) {
      const error = new RegistryError(code);
      assert.deepEqual(
        [error.code, error.status, error.message, error.detail, error.retryAfter, error.more, 'cause' in error],
        [code, ERRORS[code].status, ERRORS[code].message, undefined, undefined, [], false],
      );
    }
  });

  it('says what it was given in place of them', () => {
    const cause = new Error('below');
    const more = [new RegistryError('BLOB_UNKNOWN')];
    const facts = { status: 413, message: 'too large', detail: { limit: 1 }, retryAfter: 5, cause, more };
    const error = new RegistryError('MANIFEST_INVALID', facts);
    const { status, message, detail, retryAfter } = error;
    assert.deepEqual({ status, message, detail, retryAfter, cause: error.cause, more: error.more }, facts);
    assert.equal(error.name, 'RegistryError');
  });
});

describe('aborts', () => {
  it('are told from failures', async () => {
    assert.ok(isAbort(AbortSignal.abort().reason));
    const { setTimeout: sleep } = await import('node:timers/promises');
    await assert.rejects(sleep(60_000, undefined, { signal: AbortSignal.abort() }), isAbort);
    assert.ok(!isAbort(new Error('ABORT_ERR')));
    assert.ok(!isAbort(new RegistryError('UNAVAILABLE')));
    assert.ok(!isAbort('AbortError'));
    assert.ok(!isAbort(undefined));
  });
});
