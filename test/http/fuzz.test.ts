/** What reads the parts of a request: whatever comes, a value or a RegistryError of the client's, in linear time. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RegistryError } from '../../src/core/errors.js';
import { baseUrl, hostOf } from '../../src/http/base-url.js';
import { allowsRange, namesDigest, parseTagCondition } from '../../src/http/conditions.js';
import { blobUrl, catalogUrl, manifestUrl, referrersUrl, tagsUrl, uploadUrl } from '../../src/http/links.js';
import { parseQuery } from '../../src/http/query.js';
import { contentRange, parseChunkRange, parseRange, uploadRange } from '../../src/http/ranges.js';
import { isApiTarget, parseRequest } from '../../src/http/request.js';
import { requestIdOf } from '../../src/http/request-id.js';
import { welcomePage } from '../../src/http/welcome.js';
import { digests, repositoryNames, spoiled, tags, uploadIds } from '../core/arbitraries.js';

const RUNS = { numRuns: 500 };
const numbers = fc.option(fc.nat(), { nil: undefined });
const texts = fc.string({ minLength: 1, maxLength: 40 });

/** Nothing but an error of the client's may come of it. */
function refuses(task: () => unknown): void {
  try {
    task();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    assert.ok(error.status >= 400 && error.status < 500, `${error.status}`);
    assert.ok(JSON.stringify(error.detail ?? '').length < 4096, 'an error repeats no more than a part of what was sent');
  }
}

describe('a target', () => {
  const pages = fc.tuple(numbers, fc.option(texts, { nil: undefined })).map(([n, last]) => ({ n, last }));

  it('that was handed out is read back as what it was made of', () => {
    fc.assert(
      fc.property(
        repositoryNames,
        digests,
        tags,
        uploadIds,
        pages,
        fc.option(texts, { nil: undefined }),
        (name, digest, tag, id, page, type) => {
          const [byTag, byDigest] = [{ kind: 'tag', tag } as const, { kind: 'digest', digest } as const];
          assert.deepEqual(parseRequest(blobUrl(name, digest)), { kind: 'blob', name, digest });
          assert.deepEqual(parseRequest(uploadUrl(name, id)), { kind: 'upload', name, id, digest: undefined });
          for (const reference of [byTag, byDigest])
            assert.deepEqual(parseRequest(manifestUrl(name, reference)), { kind: 'manifest', name, reference, tags: [] });
          assert.deepEqual(parseRequest(tagsUrl(name, page)), { kind: 'tags', name, page });
          assert.deepEqual(parseRequest(catalogUrl(page)), { kind: 'catalog', page });
          const referrers = parseRequest(referrersUrl(name, digest, type, page));
          assert.deepEqual(referrers, { kind: 'referrers', name, digest, artifactType: type, page });
        },
      ),
      RUNS,
    );
  });

  const targets = fc
    .tuple(
      repositoryNames,
      fc.oneof(digests, tags, uploadIds),
      fc.constantFrom('blobs/', 'manifests/', 'referrers/', 'blobs/uploads/', 'tags/list'),
    )
    .map(([name, last, kind]) => `/v2/${name}/${kind}${kind === 'tags/list' ? '' : last}`);

  it('that is nearly right, or anything else, is read or refused', () => {
    const any = fc.oneof(
      spoiled(targets),
      spoiled(spoiled(targets)),
      fc.string(),
      fc.webUrl(),
      texts.map((text) => `/v2/${text}`),
    );
    fc.assert(
      fc.property(any, (target) => {
        isApiTarget(target);
        refuses(() => parseRequest(target));
      }),
      { numRuns: 2000 },
    );
  });

  it('means the same with every character encoded, slashes left alone', () => {
    const encode = (text: string): string =>
      text.replaceAll(/[^/]/g, (one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
    fc.assert(
      fc.property(repositoryNames, digests, (name, digest) => {
        const plain = parseRequest(blobUrl(name, digest));
        assert.deepEqual(parseRequest(`/v2/${encode(name)}/blobs/${encode(digest)}`), plain);
      }),
      RUNS,
    );
  });

  it('gives every parameter of its query back, up to a number of them', () => {
    const parameters = fc.array(fc.tuple(texts, fc.string({ maxLength: 20 })), { maxLength: 20 });
    fc.assert(
      fc.property(parameters, (all) => {
        const text = all.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
        assert.deepEqual(parseQuery(text), all);
      }),
      RUNS,
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), (text) => refuses(() => parseQuery(text))),
      RUNS,
    );
  });
});

describe('a range', () => {
  const sizes = fc.nat({ max: 1_000 });

  it('lies within the content, whatever was asked for', () => {
    const headers = fc.oneof(
      fc.string(),
      fc.tuple(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 })).map(([a, b]) => `bytes=${a}-${b}`),
    );
    fc.assert(
      fc.property(headers, sizes, (header, size) => {
        const wanted = parseRange(header, size);
        if (wanted.kind !== 'part') return;
        const { start, end } = wanted.range;
        assert.ok(start >= 0 && start < end && end <= size);
      }),
      { numRuns: 1000 },
    );
  });

  it('is the one that was asked for, cut to the content', () => {
    fc.assert(
      fc.property(sizes, sizes, sizes, (first, last, size) => {
        const wanted = parseRange(`bytes=${first}-${last}`, size);
        const bytes = Array.from({ length: size }, (_, at) => at).filter((at) => at >= first && at <= last);
        if (bytes.length === 0) return assert.equal(wanted.kind, 'unsatisfiable');
        assert.deepEqual(wanted, { kind: 'part', range: { start: first, end: (bytes.at(-1) ?? 0) + 1 } });
        assert.equal(
          contentRange({ start: first, end: (bytes.at(-1) ?? 0) + 1 }, size),
          `bytes ${first}-${bytes.at(-1)}/${size}`,
        );
      }),
      RUNS,
    );
  });

  it('of a chunk is as long as the chunk, or refused', () => {
    const headers = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `${a}-${b}`),
      // A last byte right before the first would be a chunk of none.
      fc.nat().map((a) => `${a + 1}-${a}`),
    );
    fc.assert(
      fc.property(headers, fc.option(fc.nat({ max: 100 }), { nil: undefined }), (header, length) =>
        refuses(() => {
          const range = parseChunkRange(header, length);
          assert.ok(range && range.end > range.start);
          if (length !== undefined) assert.equal(range.end - range.start, length);
        }),
      ),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 1000 }), (start, length) => {
        assert.deepEqual(parseChunkRange(`${start}-${start + length - 1}`, length), { start, end: start + length });
        assert.equal(uploadRange(start + length), `0-${start + length - 1}`);
      }),
      RUNS,
    );
  });
});

describe('other headers', () => {
  it('of a condition are understood, or the condition does not hold', () => {
    const header = (digest: string) =>
      fc.oneof(fc.string(), spoiled(fc.constantFrom(`"${digest}"`, `W/"${digest}"`, '*', digest)));
    fc.assert(
      fc.property(
        digests.chain((digest) => fc.tuple(fc.constant(digest), header(digest), fc.option(header(digest), { nil: undefined }))),
        ([digest, one, other]) => {
          refuses(() => parseTagCondition(one, other));
          refuses(() => parseTagCondition(other, one));
          namesDigest(one, digest);
          allowsRange(one, digest);
          assert.deepEqual(parseTagCondition(`"${digest}"`, undefined), { ifMatch: digest });
          assert.ok(namesDigest(`"a", W/"${digest}"`, digest) && allowsRange(`"${digest}"`, digest));
        },
      ),
      RUNS,
    );
  });

  it('of a proxy or a client make a scheme and a host, or nothing', () => {
    const parts = fc.constantFrom(
      'for=1.2.3.4',
      'proto=https',
      'host=a.b',
      'host="a:1"',
      ';',
      ',',
      '=',
      '"',
      ' ',
      '\\',
      '[::1]',
      '__proto__=x',
      '<',
      '\r\n',
    );
    const values = fc.option(
      fc.oneof(
        fc.string(),
        fc.array(parts, { maxLength: 6 }).map((all) => all.join('')),
      ),
      { nil: undefined },
    );
    const headers = fc.record({ forwarded: values, 'x-forwarded-proto': values, 'x-forwarded-host': values, host: values });
    fc.assert(
      fc.property(headers, (given) => {
        const request = requestWith(given);
        const url = baseUrl(request, { relativeUrls: false, host: undefined, prefix: '' });
        assert.match(url, /^(?:https?:\/\/(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?)?$/);
        assert.equal(welcomePage(request, '').split('<').length, welcomePage(requestWith({}), '').split('<').length);
        assert.match(hostOf(request) ?? 'a', /^[\w.:[\]-]+$/);
      }),
      { numRuns: 1000 },
    );
  });

  it('name a request by what is fit for a log', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ minLength: 120, maxLength: 200 })), (given) => {
        assert.match(
          requestIdOf(requestWith({ 'x-request-id': given }), () => 'ours'),
          /^[\x21-\x7e]{1,128}$/,
        );
      }),
      RUNS,
    );
  });
});

describe('the longest of texts', () => {
  // Quadratic reading of so many characters would take minutes, and the runner would end it.
  const long = 1 << 20;
  const shapes: readonly (readonly [name: string, text: string])[] = [
    ['one character', 'a'.repeat(long)],
    ['slashes', '/'.repeat(long)],
    ['components', 'a/'.repeat(long / 2)],
    ['separators', 'a-'.repeat(long / 2)],
    ['dashes', `a${'-'.repeat(long)}`],
    ['parameters', '&a=b'.repeat(long / 4)],
    ['percent signs', '%'.repeat(long)],
    ['quotes', '"'.repeat(long)],
    ['commas', ','.repeat(long)],
    ['equals signs', ';='.repeat(long / 2)],
    ['digits', '9'.repeat(long)],
    ['spaces', ' '.repeat(long)],
  ];
  for (const [name, text] of shapes) {
    it(`is read in linear time: ${name}`, { timeout: 20_000 }, () => {
      for (const target of [
        text,
        `/v2/${text}/tags/list`,
        `/v2/a/manifests/${text}`,
        `/v2/a/blobs/sha256:${text}`,
        `/v2/a/tags/list?${text}`,
        `/v2/a/blobs/uploads/?mount=${text}`,
      ])
        refuses(() => parseRequest(target));
      refuses(() => parseRange(`bytes=${text}`, 10));
      refuses(() => parseRange(`bytes=${text}-`, 10));
      refuses(() => parseChunkRange(text, 10));
      refuses(() => parseTagCondition(text, undefined));
      refuses(() => parseTagCondition(`"${text}"`, undefined));
      const request = requestWith({ forwarded: text, host: text, 'x-request-id': text });
      baseUrl(request, { relativeUrls: false, host: undefined, prefix: '' });
      requestIdOf(request, () => '');
    });
  }
});

/** As much of a request as these functions look at. */
function requestWith(headers: Readonly<Record<string, string | undefined>>): IncomingMessage {
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  return { headers: given, socket: new Socket() } as unknown as IncomingMessage;
}
