/** Tokens: whose are believed, until when, and what they allow. */
import assert from 'node:assert/strict';
import { createSecretKey, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { calculateJwkThumbprint, type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { type Access, isRefusal } from '../../src/auth/auth.js';
import { openToken } from '../../src/auth/token.js';
import { SIGNING_ALGORITHMS } from '../../src/config/values.js';
import { keyIdOf } from '../../src/core/key-id.js';
import { parseRepositoryName } from '../../src/core/reference.js';
import { authMethodSuite } from '../suites/auth-method.js';
import { type Certified, certify } from '../support/certified.js';
import { createManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const NAMES = { realm: 'https://auth.test/token', service: 'registry.test', issuer: 'auth.test' };
const DEFAULTS = { ...NAMES, signingalgorithms: SIGNING_ALGORITHMS, autoredirect: false, autoredirectpath: '/auth/token' };
const ROOT = certify('root', { ca: true });
const OTHER = certify('root', { ca: true });
const LEAF = certify('leaf', { issuer: ROOT });
const PULL = [{ type: 'repository', name: 'a', actions: ['pull'] }];

interface Made {
  readonly key?: KeyObject;
  readonly head?: Partial<JWTHeaderParameters>;
  /** Members that differ; undefined for one that is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A good token unless told otherwise. */
async function bearer({ key = LEAF.privateKey, head, claims }: Made = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: NAMES.issuer,
    aud: NAMES.service,
    sub: 'ann',
    exp: now + 300,
    nbf: now,
    iat: now,
    access: PULL,
    ...claims,
  };
  const token = await new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload)
    .setProtectedHeader({ alg: 'ES256', ...(head ?? { x5c: [LEAF.x5c] }) })
    .sign(key);
  return `Bearer ${token}`;
}

/** Signed, whatever the head says. */
function byHand(head: object, payload: string): string {
  const text = `${Buffer.from(JSON.stringify(head)).toString('base64url')}.${payload}`;
  const signature = sign('sha256', Buffer.from(text), { key: LEAF.privateKey, dsaEncoding: 'ieee-p1363' });
  return `Bearer ${text}.${signature.toString('base64url')}`;
}

interface Files {
  readonly bundle?: string;
  readonly keys?: readonly object[];
  readonly options?: Partial<typeof DEFAULTS>;
}

async function filesFor(test: TestContext, { bundle, keys, options }: Files) {
  const folder = await temporaryFolder();
  test.after(() => folder.remove());
  const [rootcertbundle, jwks] = [join(folder.path, 'bundle.pem'), join(folder.path, 'jwks.json')];
  if (bundle !== undefined) await writeFile(rootcertbundle, bundle);
  if (keys !== undefined) await writeFile(jwks, JSON.stringify({ keys }));
  return {
    ...DEFAULTS,
    ...options,
    rootcertbundle: bundle === undefined ? undefined : rootcertbundle,
    jwks: keys === undefined ? undefined : jwks,
  };
}

async function open(test: TestContext, files: Files = { bundle: ROOT.pem }) {
  const clock = createManualClock();
  const tools = { clock, log: { info: () => undefined, warn: () => undefined } };
  const method = await openToken(await filesFor(test, files), tools);
  /** The name of somebody who is known; why not, otherwise. */
  const seen = async (authorization: string): Promise<string> => {
    const outcome = await method.authenticate(authorization);
    return isRefusal(outcome) ? outcome.reason : outcome.name;
  };
  return { method, clock, seen };
}

authMethodSuite('token', async (tools, test) => {
  const good = await bearer();
  const [head, payload = '', signature] = good.slice('Bearer '.length).split('.');
  const now = Math.floor(Date.now() / 1000);
  const forged = Buffer.from(payload, 'base64url').toString().replace('"a"', '"b"');
  const other = certify('leaf', { issuer: OTHER });
  const hmacOfPublic = createSecretKey(LEAF.publicKey.export({ type: 'spki', format: 'pem' }) as string, 'utf8');
  const bad = {
    'another payload': `Bearer ${head}.${Buffer.from(forged).toString('base64url')}.${signature}`,
    'no signature': `Bearer ${head}.${payload}.`,
    'two parts': `Bearer ${head}.${payload}`,
    'one part': 'Bearer x',
    'no JSON': `Bearer ${head}.${Buffer.from('{').toString('base64url')}.${signature}`,
    'the algorithm none': `Bearer ${new UnsecuredJWT({ access: PULL, iss: NAMES.issuer, aud: NAMES.service, exp: now + 300 }).encode()}`,
    'an expired one': await bearer({ claims: { exp: now - 120 } }),
    'one without an end': await bearer({ claims: { exp: undefined } }),
    'one of the future': await bearer({ claims: { nbf: now + 120 } }),
    'one of another issuer': await bearer({ claims: { iss: 'other' } }),
    'one of no issuer': await bearer({ claims: { iss: undefined } }),
    'one for another service': await bearer({ claims: { aud: ['other', 'registry.test.'] } }),
    'one for no service': await bearer({ claims: { aud: undefined } }),
    'one of another authority': await bearer({ key: other.privateKey, head: { x5c: [other.x5c] } }),
    "one by another key than its certificate's": await bearer({ key: other.privateKey }),
    'one by a key that it brings along': await bearer({
      key: other.privateKey,
      head: { jwk: other.publicKey.export({ format: 'jwk' }) as JWK },
    }),
    'one with a key of no use': await bearer({ head: { jwk: { kty: 'oct', k: 'AAAA' } as JWK } }),
    'one with no name of a key': await bearer({ head: {} }),
    'one with a name that is not known': await bearer({ head: { kid: '__proto__' } }),
    'a public key taken for a secret': await bearer({ key: hmacOfPublic, head: { alg: 'HS256', kid: keyIdOf(ROOT.publicKey) } }),
    'a public certificate taken for a secret': await bearer({ key: hmacOfPublic, head: { alg: 'HS256', x5c: [LEAF.x5c] } }),
    'one with a demand that is not understood': byHand({ alg: 'ES256', x5c: [LEAF.x5c], crit: ['x'], x: 1 }, payload),
    'one whose payload is not encoded': byHand({ alg: 'ES256', x5c: [LEAF.x5c], crit: ['b64'], b64: false }, payload),
  };
  return {
    method: await openToken(await filesFor(test, { bundle: ROOT.pem }), tools),
    good,
    user: 'ann',
    bad,
    secrets: Object.values(bad)
      .map((shown) => shown.slice('Bearer '.length))
      .filter((secret) => secret.length > 10),
  };
});

describe('a token', () => {
  it('holds a minute longer than it says, and from a minute before, and no more', async (test) => {
    const { clock, seen } = await open(test);
    const now = Math.floor(clock.now().getTime() / 1000);
    assert.equal(await seen(await bearer({ claims: { exp: now - 50 } })), 'ann');
    assert.equal(await seen(await bearer({ claims: { exp: now - 61 } })), 'the token has expired');
    assert.equal(await seen(await bearer({ claims: { nbf: now + 50 } })), 'ann');
    assert.equal(await seen(await bearer({ claims: { nbf: now + 65 } })), 'the token is not valid yet');
  });

  it('is not remembered for longer than it holds', async (test) => {
    const { method, clock, seen } = await open(test);
    const shown = await bearer({ claims: { exp: Math.floor(clock.now().getTime() / 1000) + 30 } });
    assert.equal(await seen(shown), 'ann');
    clock.advance(80_000);
    assert.equal(method.recall(shown)?.name, 'ann');
    clock.advance(12_000);
    assert.equal(method.recall(shown), undefined);
    assert.equal(await seen(shown), 'the token has expired');
  });

  it('made by hand is as good as any', async (test) => {
    const { seen } = await open(test);
    const payload = (await bearer()).split('.')[1] ?? '';
    assert.equal(await seen(byHand({ alg: 'ES256', x5c: [LEAF.x5c] }, payload)), 'ann');
  });

  it('may be for several services, and of somebody without a name', async (test) => {
    const { seen } = await open(test);
    assert.equal(await seen(await bearer({ claims: { aud: ['other', NAMES.service] } })), 'ann');
    assert.equal(await seen(await bearer({ claims: { sub: '' } })), '');
    assert.equal(await seen(await bearer({ claims: { sub: undefined } })), '');
    assert.equal((await seen(await bearer({ claims: { sub: 'x'.repeat(5_000) } }))).length, 255);
  });

  it('allows what its entries say, and nothing by what is none', async (test) => {
    const { method } = await open(test);
    const of = async (access: unknown, wanted: string): Promise<boolean> => {
      const outcome = await method.authenticate(await bearer({ claims: { access } }));
      const [type, name = '', action] = wanted.split(' ');
      const one = { type, name: type === 'repository' ? parseRepositoryName(name) : name, action } as Access;
      return !isRefusal(outcome) && outcome.allows(one);
    };
    const entry = (actions: unknown, more: object = {}) => [{ type: 'repository', name: 'a/b', actions, ...more }];
    assert.ok(await of(entry(['pull', 'push']), 'repository a/b push'));
    assert.ok(await of([...entry(['pull']), ...entry(['push'])], 'repository a/b push'));
    assert.ok(await of(entry(['*']), 'repository a/b delete'));
    assert.ok(await of(entry(['pull'], { class: 'plugin' }), 'repository a/b pull'));
    assert.ok(await of([{ type: 'registry', name: 'catalog', actions: ['*'] }], 'registry catalog *'));
    for (const [access, wanted] of [
      [entry(['pull']), 'repository a/b push'],
      [entry(['pull']), 'repository a pull'],
      [entry(['pull']), 'repository a/b/c pull'],
      [entry(['*'], { name: '*' }), 'repository a/b pull'],
      [entry(['*'], { type: 'repository(plugin)' }), 'repository a/b pull'],
      [entry('pull'), 'repository a/b pull'],
      [entry([['pull']]), 'repository a/b pull'],
      [entry(null), 'repository a/b pull'],
      [entry(['*']), 'registry catalog *'],
      [{ type: 'repository', name: 'a/b', actions: ['pull'] }, 'repository a/b pull'],
      [[null, 1, 'x', []], 'repository a/b pull'],
      ['*', 'repository a/b pull'],
      [undefined, 'repository a/b pull'],
    ] as const) {
      assert.equal(await of(access, wanted), false, JSON.stringify(access));
    }
  });
});

describe('the key of a token', () => {
  it('is one of the bundle, by any of its names', async (test) => {
    const second = certify('second');
    const { seen } = await open(test, { bundle: `# ours\n${ROOT.pem}\n${second.pem}` });
    for (const one of [ROOT, second]) {
      const jwk = one.publicKey.export({ format: 'jwk' }) as JWK;
      const heads = [{ kid: keyIdOf(one.publicKey) }, { kid: await calculateJwkThumbprint(jwk) }, { jwk }, { x5c: [one.x5c] }];
      for (const head of heads)
        assert.equal(await seen(await bearer({ key: one.privateKey, head })), 'ann', JSON.stringify(head));
    }
    assert.match(keyIdOf(ROOT.publicKey), /^(?:[A-Z2-7]{4}:){11}[A-Z2-7]{4}$/);
  });

  it('may come whole, with the certificates that lead to the bundle', async (test) => {
    const { seen } = await open(test);
    const jwk = (key: KeyObject, x5c: readonly string[]) => ({ jwk: { ...key.export({ format: 'jwk' }), x5c: [...x5c] } as JWK });
    assert.equal(await seen(await bearer({ head: jwk(LEAF.publicKey, [LEAF.x5c]) })), 'ann');
    const stranger = certify('stranger');
    const borrowed = await bearer({ key: stranger.privateKey, head: jwk(stranger.publicKey, [LEAF.x5c]) });
    assert.equal(await seen(borrowed), 'the token is signed by no key that is trusted');
  });

  it('is found by the first thing that the head says of it, and by nothing after that', async (test) => {
    const { seen } = await open(test);
    const stranger = certify('stranger');
    const head = { x5c: [stranger.x5c], kid: keyIdOf(ROOT.publicKey) };
    assert.equal(await seen(await bearer({ key: ROOT.privateKey, head })), 'the token is signed by no key that is trusted');
  });

  const pairs = {
    RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    PS512: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    ES512: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
    EdDSA: () => generateKeyPairSync('ed25519'),
  };

  for (const [alg, make] of Object.entries(pairs)) {
    it(`is one of the key set, for ${alg}`, async (test) => {
      const { publicKey, privateKey } = make();
      const { seen } = await open(test, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'mine' }] });
      assert.equal(await seen(await bearer({ key: privateKey, head: { alg, kid: 'mine' } })), 'ann');
      const secret = createSecretKey(publicKey.export({ type: 'spki', format: 'pem' }) as string, 'utf8');
      const confused = await bearer({ key: secret, head: { alg: 'HS256', kid: 'mine' } });
      assert.equal(await seen(confused), 'the key of the token does not fit its algorithm');
    });
  }

  it('may be a secret that both share, which nobody can show', async (test) => {
    const k = Buffer.alloc(32, 7).toString('base64url');
    const secret = createSecretKey(k, 'base64url');
    const { seen } = await open(test, { keys: [{ kty: 'oct', k, kid: 'shared' }] });
    assert.equal(await seen(await bearer({ key: secret, head: { alg: 'HS256', kid: 'shared' } })), 'ann');
    for (const head of [{ jwk: { kty: 'oct', k } as JWK }, { kid: k }, {}]) {
      assert.match(await seen(await bearer({ key: secret, head: { alg: 'HS256', ...head } })), /no key that is trusted/);
    }
    assert.match(await seen(await bearer({ key: LEAF.privateKey, head: { alg: 'ES256', kid: 'shared' } })), /does not fit/);
  });

  it('is for the algorithm and the use that its set says', async (test) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = publicKey.export({ format: 'jwk' });
    const { seen } = await open(test, {
      keys: [
        { ...jwk, kid: 'sign', alg: 'RS256' },
        { ...jwk, kid: 'encrypt', use: 'enc' },
      ],
    });
    const by = (alg: string, kid: string) => bearer({ key: privateKey, head: { alg, kid } });
    assert.equal(await seen(await by('RS256', 'sign')), 'ann');
    assert.match(await seen(await by('RS512', 'sign')), /no key that is trusted/);
    const whole = (alg: string) => bearer({ key: privateKey, head: { alg, jwk: jwk as JWK } });
    assert.deepEqual(
      [await seen(await whole('RS256')), await seen(await whole('RS512'))],
      ['ann', 'the token is signed by no key that is trusted'],
    );
    assert.match(await seen(await by('RS256', 'encrypt')), /no key that is trusted/);
  });

  it('must be used by an algorithm that the configuration allows', async (test) => {
    const { seen } = await open(test, { bundle: ROOT.pem, options: { signingalgorithms: ['RS256', 'ES384'] as never } });
    assert.equal(await seen(await bearer()), 'the algorithm of the token is not allowed');
  });

  it('stops the start with a sentence when there is none', async (test) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const tools = { clock: createManualClock(), log: { info: () => undefined, warn: () => undefined } };
    const failing = async (files: Files) => {
      const options = await filesFor(test, files);
      return openToken(options, tools).then(
        () => 'opened',
        (error: Error) => error.message.replaceAll(/\/\S+\/(?=bundle|jwks)/g, ''),
      );
    };
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    assert.equal(await failing({ bundle: secret }), 'rootcertbundle is bundle.pem; expected a file with certificates in PEM');
    assert.equal(
      await failing({ bundle: ROOT.pem.replace('MII', 'MXX') }),
      'rootcertbundle is bundle.pem; expected a file with certificates in PEM',
    );
    assert.equal(await failing({ keys: [] }), 'there is no key by which a token could be verified');
    assert.equal(await failing({ keys: [{ kty: 'RSA', n: 'AQAB' }] }), 'jwks is jwks.json, whose key 1 cannot be used');
    assert.equal(await failing({ keys: [{ kty: 'oct', k: '' }] }), 'jwks is jwks.json, whose key 1 cannot be used');
    assert.equal(
      await failing({ keys: [null as never] }),
      'jwks is jwks.json; expected a file with a JSON Web Key Set: {"keys": [...]}',
    );
    const nowhere = openToken({ ...DEFAULTS, rootcertbundle: '/nowhere', jwks: undefined }, tools);
    await assert.rejects(nowhere, { message: 'rootcertbundle is /nowhere, and there is no such file' });
  });
});

describe('the keys of tokens', () => {
  it('are read again on demand: who is known by one that is gone is not known any more', async (test) => {
    const options = await filesFor(test, { bundle: ROOT.pem });
    const tools = { clock: createManualClock(), log: { info: () => undefined, warn: () => undefined } };
    const method = await openToken(options, tools);
    const [ann, other] = [await bearer(), certify('leaf', { issuer: OTHER })];
    const theirs = await bearer({ key: other.privateKey, head: { x5c: [other.x5c] } });
    const isKnown = async (shown: string): Promise<boolean> => !isRefusal(await method.authenticate(shown));
    assert.deepEqual([await isKnown(ann), await isKnown(theirs)], [true, false]);
    assert.deepEqual((await method.reread()).changed, []);
    await writeFile(options.rootcertbundle ?? '', OTHER.pem);
    const { changed, apply } = await method.reread();
    assert.deepEqual(changed, ['rootcertbundle']);
    assert.deepEqual([await isKnown(ann), await isKnown(theirs)], [true, false]);
    apply();
    assert.equal(method.recall(ann), undefined);
    assert.deepEqual([await isKnown(ann), await isKnown(theirs)], [false, true]);
    await writeFile(options.rootcertbundle ?? '', OTHER.pem.slice(0, 200));
    await assert.rejects(method.reread(), /^Error: rootcertbundle is .*; expected a file with certificates in PEM$/);
    assert.deepEqual([await isKnown(ann), await isKnown(theirs)], [false, true]);
  });

  it('go on counting for whoever is remembered when nothing has changed', async (test) => {
    const { method, seen } = await open(test);
    const ann = await bearer();
    await seen(ann);
    (await method.reread()).apply();
    assert.equal(method.recall(ann)?.name, 'ann');
  });
});

describe('the certificates of a token', () => {
  const HOUR_MS = 3600_000;
  const issued = (issuer: Certified, facts: object = {}) => certify('leaf', { issuer, ...facts });

  it('lead to the bundle over others that may issue, in any order', async (test) => {
    const { seen } = await open(test);
    const one = certify('one', { issuer: ROOT, ca: true });
    const two = certify('two', { issuer: one, ca: true });
    const leaf = issued(two);
    for (const x5c of [
      [leaf, two, one],
      [leaf, one, two],
      [leaf, two, one, ROOT],
    ]) {
      assert.equal(
        await seen(await bearer({ key: leaf.privateKey, head: { x5c: x5c.map((certified) => certified.x5c) } })),
        'ann',
      );
    }
  });

  it('do not lead there over a gap, one that may not issue, one of another authority, or one that only has its name', async (test) => {
    const { seen } = await open(test);
    const one = certify('one', { issuer: ROOT, ca: true });
    const two = certify('two', { issuer: one, ca: true });
    const noAuthority = certify('no authority', { issuer: ROOT });
    const self = certify('root', { ca: true });
    const named = certify('one', { issuer: OTHER, ca: true });
    for (const [leaf, ...others] of [
      [issued(two), two],
      [issued(noAuthority), noAuthority],
      [issued(self), self],
      [issued(named), named, OTHER],
      [issued(named), one],
      [certify('leaf'), one, ROOT],
    ]) {
      assert.ok(leaf);
      const x5c = [leaf, ...others].map((certified) => certified.x5c);
      assert.match(await seen(await bearer({ key: leaf.privateKey, head: { x5c } })), /no key that is trusted/);
    }
  });

  it('are verified by no key before that is trusted, for a stranger may bring keys with which it takes forever', async (test) => {
    const { seen } = await open(test);
    const verify = test.mock.method(X509Certificate.prototype, 'verify');
    const own = certify('root', { ca: true });
    const strangers = Array.from({ length: 6 }, () => certify('root', { issuer: own, key: own, ca: true }).x5c);
    assert.match(await seen(await bearer({ key: own.privateKey, head: { x5c: strangers } })), /no key that is trusted/);
    const by = verify.mock.calls.map(({ arguments: [key] }) => key);
    assert.equal(by.length, strangers.length);
    assert.ok(by.every((key) => key.equals(ROOT.publicKey)));
  });

  it('hold in their time alone, each of them', async (test) => {
    const { seen, clock } = await open(test);
    const now = clock.now().getTime();
    const past = { from: new Date(now - 2 * HOUR_MS), to: new Date(now - HOUR_MS) };
    const future = { from: new Date(now + HOUR_MS), to: new Date(now + 2 * HOUR_MS) };
    for (const time of [past, future]) {
      const leaf = issued(ROOT, time);
      assert.match(await seen(await bearer({ key: leaf.privateKey, head: { x5c: [leaf.x5c] } })), /no key that is trusted/);
      const between = certify('between', { issuer: ROOT, ca: true, ...time });
      const under = issued(between);
      const x5c = [under.x5c, between.x5c];
      assert.match(await seen(await bearer({ key: under.privateKey, head: { x5c } })), /no key that is trusted/);
      const oldRoot = certify('old', { ca: true, ...time });
      const old = await open(test, { bundle: oldRoot.pem });
      const ofOld = issued(oldRoot);
      assert.match(await old.seen(await bearer({ key: ofOld.privateKey, head: { x5c: [ofOld.x5c] } })), /no key that is trusted/);
      assert.match(
        await old.seen(await bearer({ key: oldRoot.privateKey, head: { x5c: [oldRoot.x5c] } })),
        /no key that is trusted/,
      );
    }
    const shortly = issued(ROOT, { to: new Date(now + 10_000) });
    const shown = await bearer({ key: shortly.privateKey, head: { x5c: [shortly.x5c] } });
    assert.equal(await seen(shown), 'ann');
    clock.advance(300_000);
    assert.match(await seen(shown), /no key that is trusted|expired/);
  });

  it('may be anything at all, and are then none', async (test) => {
    const { seen } = await open(test);
    const key = LEAF.privateKey;
    const pem = Buffer.from(LEAF.pem).toString('base64');
    const der = Buffer.from(LEAF.x5c, 'base64');
    const longer = Buffer.concat([der, Buffer.from([0])]).toString('base64');
    for (const x5c of [
      [],
      [''],
      [1],
      {},
      'x',
      [LEAF.pem],
      [pem],
      [longer],
      [LEAF.x5c, 'x'],
      Array.from({ length: 7 }, () => LEAF.x5c),
      null,
    ]) {
      assert.match(
        await seen(await bearer({ key, head: { x5c: x5c as never } })),
        /no key that is trusted|malformed/,
        JSON.stringify(x5c),
      );
    }
  });
});

describe('the challenge for a token', () => {
  const wanted: readonly Access[] = [
    { type: 'repository', name: parseRepositoryName('a/b'), action: 'pull' },
    { type: 'repository', name: parseRepositoryName('a/b'), action: 'push' },
    { type: 'repository', name: parseRepositoryName('c'), action: 'pull' },
  ];

  it('says where, for what, and what was wrong with the one that came', async (test) => {
    const { method } = await open(test);
    const place = 'Bearer realm="https://auth.test/token",service="registry.test"';
    const scope = ',scope="repository:a/b:pull,push repository:c:pull"';
    const challenge = (why: 'missing' | 'invalid' | 'insufficient', some = wanted) =>
      method.challenge({ wanted: some, why, host: 'h' });
    assert.equal(challenge('missing', []), place);
    assert.equal(challenge('missing'), place + scope);
    assert.equal(challenge('invalid'), `${place}${scope},error="invalid_token"`);
    assert.equal(challenge('insufficient'), `${place}${scope},error="insufficient_scope"`);
    const catalog: readonly Access[] = [{ type: 'registry', name: 'catalog', action: '*' }];
    assert.equal(challenge('missing', catalog), `${place},scope="registry:catalog:*"`);
  });

  it('leads to the host by which the client knows the registry, where that is configured', async (test) => {
    const { method } = await open(test, { bundle: ROOT.pem, options: { autoredirect: true } });
    const place = (host: string | undefined) => method.challenge({ wanted: [], why: 'missing', host });
    assert.equal(place('registry.test:5000'), 'Bearer realm="https://registry.test:5000/auth/token",service="registry.test"');
    assert.equal(place(undefined), 'Bearer realm="https://auth.test/token",service="registry.test"');
  });
});
