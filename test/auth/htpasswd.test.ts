/** Logins by an htpasswd file: what is good, what a flood of guesses costs, and what a change of the file does. */
import assert from 'node:assert/strict';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { hashSync, verify } from '@node-rs/bcrypt';
import { type AuthMethod, isRefusal } from '../../src/auth/auth.js';
import { comparisonsAtOnce, openHtpasswd } from '../../src/auth/htpasswd.js';
import { costOf, emptyHash, parseHtpasswd } from '../../src/auth/htpasswd-file.js';
import { openWatchedUsers } from '../../src/auth/watched-users.js';
import { RegistryError } from '../../src/core/errors.js';
import { authMethodSuite } from '../suites/auth-method.js';
import { createManualClock } from '../support/manual-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const hash = (password: string | Buffer, cost = 4) => hashSync(password, cost).replace('$2b$', '$2y$');
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const SECRET = 'correct horse';
const LINE = `ann:${hash(SECRET)}`;

async function open(test: TestContext, text: string) {
  const folder = await temporaryFolder();
  test.after(() => folder.remove());
  const path = join(folder.path, 'htpasswd');
  await writeFile(path, text);
  const clock = createManualClock();
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  const method = await openHtpasswd({ realm: 'r', path }, { clock, log: { info: note, warn: note } });
  const change = async (now: string | undefined): Promise<void> => {
    await (now === undefined ? rm(path) : writeFile(path, now));
    clock.advance(1_000);
  };
  return { method, clock, lines, path, change };
}

async function isGood(method: AuthMethod, authorization: string): Promise<boolean> {
  return !isRefusal(await method.authenticate(authorization));
}

authMethodSuite('htpasswd', async (tools, test) => {
  const folder = await temporaryFolder();
  test.after(() => folder.remove());
  const path = join(folder.path, 'htpasswd');
  const damaged = `eve:${hash('x').slice(0, -2)}`;
  await writeFile(path, `${LINE}\n${damaged}\nmd5:$apr1$abc$0123456789012345678901\nplain:plainpassword\n`);
  return {
    method: await openHtpasswd({ realm: 'My "realm" \\', path }, tools),
    good: basic('ann', SECRET),
    user: 'ann',
    bad: {
      'a wrong password': basic('ann', 'wrong'),
      'no password': basic('ann', ''),
      'no name': basic('', SECRET),
      nobody: basic('bob', SECRET),
      'a name in other letters': basic('Ann', SECRET),
      'a hash as password': basic('ann', LINE.slice(4)),
      'a user whose hash is MD5': basic('md5', 'x'),
      'a user whose password stands there as it is': basic('plain', 'plainpassword'),
      'a user whose hash is damaged': basic('eve', 'x'),
      'a long password': basic('ann', 'x'.repeat(20_000)),
      'a property of objects': basic('__proto__', 'constructor'),
    },
    secrets: [SECRET, LINE.slice(4), '$apr1$', 'plainpassword', damaged.slice(4)],
  };
});

describe('a login by htpasswd', () => {
  it('takes each kind of bcrypt that there is, and passwords of any characters', async (test) => {
    const passwords = { two: 'a:b', umlaut: 'Größe', empty: '', emoji: '🔑', space: ' x ', full: 'y'.repeat(72) };
    const kinds = ['$2a$', '$2b$', '$2y$'];
    const text = Object.entries(passwords).map(
      ([user, password], at) => `${user}:${kinds[at % 3]}${hash(password).slice(4)}\r\n`,
    );
    const { method, lines } = await open(test, `# users\n\n${text.join('')}`);
    for (const [user, password] of Object.entries(passwords)) assert.ok(await isGood(method, basic(user, password)), user);
    assert.deepEqual(lines, []);
  });

  it('compares the first 72 bytes of a password, as bcrypt does', async (test) => {
    const { method } = await open(test, `ann:${hash('y'.repeat(72))}`);
    assert.ok(await isGood(method, basic('ann', `${'y'.repeat(72)} and more`)));
    assert.ok(!(await isGood(method, basic('ann', 'y'.repeat(71)))));
  });

  it('takes no zero byte: to bcrypt, a password twice with a zero between is that password', async (test) => {
    const { method } = await open(test, LINE);
    for (const password of [`${SECRET}\0${SECRET}`, `${SECRET}\0`, `${SECRET}\n`]) {
      const outcome = await method.authenticate(basic('ann', password));
      assert.ok(isRefusal(outcome) && outcome.refused === 'missing');
    }
  });

  it('takes names in UTF-8, and in nothing that only looks like them', async (test) => {
    const { method } = await open(test, `zoë:${hash(SECRET)}`);
    const outcome = await method.authenticate(basic('zoë', SECRET));
    assert.equal(isRefusal(outcome) || outcome.name, 'zoë');
    for (const bytes of [Buffer.from(`zo\u00eb:${SECRET}`, 'latin1'), Buffer.from(`zoe\u0308:${SECRET}`)])
      assert.ok(!(await isGood(method, `Basic ${bytes.toString('base64')}`)));
  });

  it('is good however the scheme is written', async (test) => {
    const { method } = await open(test, LINE);
    const [, encoded = ''] = basic('ann', SECRET).split(' ');
    for (const scheme of ['basic', 'BASIC', 'Basic ']) assert.ok(await isGood(method, `${scheme} ${encoded}`), scheme);
    for (const shown of [`Basic ${encoded} x`, `Basic\t${encoded}`, `Basic ${Buffer.from('ann').toString('base64')}`]) {
      assert.ok(!(await isGood(method, shown)), shown);
    }
  });

  it('is compared beside others, but never by so many that the disk has no thread left', () => {
    const cases = [
      [1, 16, 1],
      [2, 16, 1],
      [8, 16, 4],
      [128, 16, 4],
      [128, 4, 1],
      [16, 1024, 8],
    ] as const;
    for (const [processors, threads, atOnce] of cases) assert.equal(comparisonsAtOnce(processors, threads), atOnce);
  });

  it('is compared once, however many show the same at the same time', async (test) => {
    const { method } = await open(test, `ann:${hash(SECRET, 8)}`);
    const many = Array.from({ length: 500 }, () => isGood(method, basic('ann', SECRET)));
    assert.ok((await Promise.all(many)).every(Boolean));
  });

  for (const [whose, userOf] of [
    ['a name of the file', () => 'ann'],
    ['names that are not there, which cost the same', (at: number) => `nobody ${at}`],
  ] as const) {
    it(`waits only so long: a flood of guesses is turned away, and who is known is not: ${whose}`, async (test) => {
      const { method } = await open(test, LINE);
      assert.ok(await isGood(method, basic('ann', SECRET)));
      const flood = Array.from({ length: 300 }, (_, at) =>
        method.authenticate(basic(userOf(at), `guess ${at}`)).catch((error: unknown) => error),
      );
      assert.ok(await isGood(method, basic('ann', SECRET)));
      assert.equal(method.recall(basic('ann', SECRET))?.name, 'ann');
      const outcomes = await Promise.all(flood);
      const turnedAway = outcomes.filter((outcome) => outcome instanceof RegistryError && outcome.code === 'TOOMANYREQUESTS');
      assert.equal(turnedAway.length, 200);
      assert.ok(!(await isGood(method, basic(userOf(1), 'another guess'))));
    });
  }

  it('of an unknown name is compared with a hash like any other of the file, and never good', async () => {
    for (const cost of ['04', '10', '31']) {
      const { hashes, faults } = parseHtpasswd(`ann:${emptyHash(cost)}`);
      assert.deepEqual([[...hashes.values()].map(costOf), faults], [[cost], []]);
    }
    assert.equal(await verify('', emptyHash('04')), false);
  });
});

describe('an htpasswd file', () => {
  it('that is missing, a folder or something else stops the start with a sentence', async (test) => {
    const tools = { clock: createManualClock(), log: { info: () => undefined, warn: () => undefined } };
    await assert.rejects(openHtpasswd({ realm: 'r', path: '/nowhere/at/all' }, tools), {
      message: 'there is no file /nowhere/at/all; htpasswd -B -c makes one',
    });
    await assert.rejects(openHtpasswd({ realm: 'r', path: '/' }, tools), { message: '/ is a folder; a file of users is wanted' });
    for (const text of ['ann', `\n${LINE}\n:${hash('x')}`, '{"ann": "secret"}\nsecret']) {
      await assert.rejects(open(test, text), /^Error: line [123] is not a name, a colon and a hash$/, text);
    }
  });

  it('with hashes of other kinds lets the others in, and says which line is to be mended', async (test) => {
    const text = [LINE, 'a:$apr1$x$y', 'b:{SHA}abc', 'c:plain', `d:$2x$${hash('x').slice(4)}`, 'e:$6$x$y', 'f:'].join('\n');
    const { method, lines } = await open(test, text);
    assert.ok(await isGood(method, basic('ann', SECRET)));
    assert.deepEqual(
      lines.map((line) => line.replace('; expected bcrypt, as htpasswd -B makes it', '')),
      [
        'the htpasswd file, line 2: this user cannot log in: its hash is MD5',
        'the htpasswd file, line 3: this user cannot log in: its hash is SHA-1',
        'the htpasswd file, line 4: this user cannot log in: what stands there is no bcrypt hash',
        'the htpasswd file, line 5: this user cannot log in: its bcrypt hash is damaged, or of a kind that is broken',
        'the htpasswd file, line 6: this user cannot log in: its hash is SHA-crypt',
        'the htpasswd file, line 7: this user cannot log in: what stands there is no bcrypt hash',
      ],
    );
  });

  it('that has a name twice counts the later line, and says so', async (test) => {
    const { method, lines } = await open(test, `${LINE}\nann:${hash('other')}\nbob:${hash('b')}\nbob:{SHA}x`);
    assert.deepEqual([await isGood(method, basic('ann', SECRET)), await isGood(method, basic('ann', 'other'))], [false, true]);
    assert.equal(await isGood(method, basic('bob', 'b')), false);
    assert.match(lines[0] ?? '', /line 2: this user stands on an earlier line too; this line counts/);
  });

  it('that changes is read again: who is gone is out within a second, who is new is in', async (test) => {
    const { method, change } = await open(test, LINE);
    const [ann, bob] = [basic('ann', SECRET), basic('bob', 'b')];
    assert.deepEqual([await isGood(method, ann), await isGood(method, bob)], [true, false]);
    await change(`bob:${hash('b')}`);
    assert.equal(method.recall(ann), undefined);
    assert.deepEqual([await isGood(method, ann), await isGood(method, bob)], [false, true]);
  });

  it('in which a password changes forgets the old one', async (test) => {
    const { method, change } = await open(test, LINE);
    assert.ok(await isGood(method, basic('ann', SECRET)));
    await change(`ann:${hash('new')}`);
    assert.deepEqual([await isGood(method, basic('ann', SECRET)), await isGood(method, basic('ann', 'new'))], [false, true]);
  });

  it('that is broken or gone leaves its users as they were, and says so once', async (test) => {
    const { method, change, lines } = await open(test, LINE);
    const ann = basic('ann', SECRET);
    for (const text of ['no file of this kind', undefined]) {
      lines.length = 0;
      for (let times = 0; times < 3; times++) {
        if (times === 0 || text !== undefined) await change(text);
        assert.ok(await isGood(method, ann));
      }
      assert.equal(lines.length, 1);
      assert.match(
        lines[0] ?? '',
        /^the htpasswd file cannot be used, so its users are those of before: (?:line 1 is|there is no)/,
      );
    }
    await change(`bob:${hash('b')}`);
    assert.deepEqual([await isGood(method, ann), await isGood(method, basic('bob', 'b'))], [false, true]);
  });

  it('that was emptied leaves its users as they were, and says how to let nobody in', async (test) => {
    const { method, change, lines } = await open(test, LINE);
    for (const text of ['', '\n \r\n']) {
      await change(text);
      assert.ok(await isGood(method, basic('ann', SECRET)));
    }
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /users are those of before: it is empty; to let nobody in, write a line that begins with #$/);
    await change('# nobody');
    assert.ok(!(await isGood(method, basic('ann', SECRET))));
    assert.match(lines.join('\n'), /the htpasswd file has no users: nobody can log in/);
  });

  it('that is empty from the start lets nobody in, and says so', async (test) => {
    const { method, lines } = await open(test, '');
    assert.ok(!(await isGood(method, basic('ann', SECRET))));
    assert.match(lines.join('\n'), /the htpasswd file has no users: nobody can log in/);
  });

  it('that is being written counts when it is whole, or when it has come to rest', async (test) => {
    const { path, clock } = await open(test, LINE);
    const pieces = [`bob:${hash('b').slice(0, 20)}`, hash('b').slice(20), '\n', LINE];
    const tools = { clock, log: { info: () => undefined, warn: () => undefined } };
    const users = await openWatchedUsers(path, tools, async () => {
      const [piece] = pieces.splice(0, 1);
      if (piece !== undefined) await appendFile(path, piece);
    });
    await writeFile(path, '');
    await users.look();
    assert.deepEqual([...users.current().hashes.keys()], ['bob', 'ann']);
    const restless = await openWatchedUsers(path, tools, () => appendFile(path, `\n${LINE}`));
    await appendFile(path, '\n# more');
    await restless.look();
    assert.deepEqual([...restless.current().hashes.keys()], ['bob', 'ann']);
  });

  it('is looked at once a second, however many ask', async (test) => {
    const { method, clock, path } = await open(test, LINE);
    await writeFile(path, `bob:${hash('b')}`);
    assert.ok(await isGood(method, basic('ann', SECRET)));
    clock.advance(999);
    assert.ok(await isGood(method, basic('ann', SECRET)));
    clock.advance(1);
    assert.ok(!(await isGood(method, basic('ann', SECRET))));
  });

  it('is read again on demand, and counts when that is said', async (test) => {
    const { method, path, lines } = await open(test, LINE);
    const ann = basic('ann', SECRET);
    assert.ok(await isGood(method, ann));
    assert.deepEqual((await method.reread()).changed, []);
    await writeFile(path, `bob:${hash('b')}`);
    const { changed, apply } = await method.reread();
    assert.deepEqual(changed, ['path']);
    assert.ok(await isGood(method, ann));
    apply();
    assert.equal(method.recall(ann), undefined);
    assert.deepEqual([await isGood(method, ann), await isGood(method, basic('bob', 'b'))], [false, true]);
    apply();
    assert.equal(lines.length, 1);
    for (const text of ['', 'no such file']) {
      await writeFile(path, text);
      await assert.rejects(method.reread(), /^Error: the htpasswd file: (?:it is empty|line 1 is not)/);
    }
    await rm(path);
    await assert.rejects(method.reread(), /there is no file/);
  });
});
