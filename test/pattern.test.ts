/** Expressions of Go: what they match, what is refused, and that no text makes them slow. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createPattern } from '../src/pattern.js';

const finds = (source: string, text: string): boolean => createPattern(source).matches(text);

/** Each expression with texts that match, and texts that do not; as Go 1.26 has answered. */
const CASES: readonly (readonly [source: string, good: readonly string[], bad: readonly string[]])[] = [
  ['', ['', 'a'], []],
  ['^$', [''], ['a', '\n']],
  ['^https?://([^/]+\\.)*example\\.com/', ['https://a.b.example.com/x', 'http://example.com/'], ['https://example.com.evil/']],
  ['^a.c$', ['abc', 'a😀c'], ['a\nc', 'abc\n']],
  ['(?s)^a.c$', ['a\nc'], ['ac']],
  ['(?m)^b$', ['a\nb\nc'], ['ab']],
  ['(?i)k', ['K', '\u212a'], ['x']],
  ['(?i)[^k]', ['x'], ['K\u212a']],
  ['(?i)\\W', ['-'], ['s', '\u017f']],
  ['(?i:a)b', ['Ab'], ['AB']],
  ['(?i)a(?-i)b', ['Ab'], ['AB']],
  ['a(?i)b|c', ['aB', 'C'], ['AB']],
  ['\\bfoo\\b', ['a foo b', 'foo'], ['food', 'afoo']],
  ['\\Boo', ['foo'], ['oo']],
  ['\\Aa\\z', ['a'], ['a\n', 'ba']],
  ['^[[:alpha:]\\d_-]+$', ['aZ0_-'], ['a b', 'é']],
  ['^[^[:^digit:]]$', ['5'], ['a']],
  ['^[]a]+$', ['a]'], ['b']],
  ['^[\\p{Greek}\\pN]+$', ['σς9'], ['a']],
  ['^\\P{^Lu}$', ['A'], ['a']],
  ['^\\x41\\x{1F600}\\101\\n$', ['A😀A\n'], ['AA']],
  ['^\\Qa.b\\E+$', ['a.bb'], ['axb']],
  ['^(?P<n>ab){2,3}?(?<m>c)$', ['ababc', 'abababc'], ['abc', 'ababababc']],
  ['^a{,2}$', ['a{,2}'], ['a']],
  ['^(a*)*b$', ['aab', 'b'], ['aa']],
  ['^(|a)+$', ['', 'aa'], ['b']],
  ['^x(?s){2}$', ['xx'], ['x']],
  ['^\\d+$', ['123'], ['٣']],
  ['^\\s$', [' ', '\t'], ['\v', '\u00a0']],
];

const WRONG = ['(', ')', 'a)', '[', '[a', '[b-a]', '*', 'a**', 'a{2}{3}', '|*', '(?=a)', '(?!a)', '(?<=a)b', '(a)\\1', '\\'];
const WRONG_TOO = [
  '\\q',
  '\\Z',
  '\\C',
  '\\p{Nope}',
  '[[:nope:]]',
  'a{1001}',
  'a{2,1}',
  '(?x)a',
  '\\x{110000}',
  '(?P>n)',
  '[a-\\d]',
];

describe('an expression', () => {
  it('matches what Go matches', () => {
    for (const [source, good, bad] of CASES) {
      for (const text of good) assert.ok(finds(source, text), `${source} does not find ${JSON.stringify(text)}`);
      for (const text of bad) assert.ok(!finds(source, text), `${source} finds ${JSON.stringify(text)}`);
    }
  });

  it('is refused where Go refuses it', () => {
    for (const source of [...WRONG, ...WRONG_TOO]) assert.throws(() => createPattern(source), Error, source);
  });

  it('is refused when it is too large, or too long', () => {
    assert.throws(() => createPattern('(a{1000}){1000}'), /invalid repeat count/);
    assert.throws(() => createPattern('('.repeat(1001)), /more than 1000 characters/);
  });

  it('agrees with JavaScript where the two have the same syntax', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '^', '$', '\\b', '(?:a|b)', '(b|)', '\\.');
    const times = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}');
    const part = fc.tuple(atom, times).map(([one, often]) => (/^[\^$]|^\\b/.test(one) ? one : one + often));
    const source = fc.array(fc.array(part, { maxLength: 5 }), { minLength: 1, maxLength: 3 });
    const text = fc.array(fc.constantFrom('a', 'b', '1', '.', ' ', '\n'), { maxLength: 8 });
    fc.assert(
      fc.property(source, text, (parts, characters) => {
        const [expression, subject] = [parts.map((each) => each.join('')).join('|'), characters.join('')];
        // The dot of JavaScript leaves out more ends of lines, none of which are in these texts.
        assert.equal(finds(expression, subject), new RegExp(expression, 'u').test(subject), `${expression} on ${subject}`);
      }),
      { numRuns: 500 },
    );
  });

  it('takes any text for an expression or refuses it, and any text to match', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (source, text) => {
        let pattern: ReturnType<typeof createPattern>;
        try {
          pattern = createPattern(source);
        } catch (error) {
          assert.ok(error instanceof Error && error.message.length > 0 && !(error instanceof TypeError));
          return;
        }
        assert.equal(typeof pattern.matches(text), 'boolean');
      }),
    );
  });

  it('needs no more steps for a text that is made to be slow', () => {
    // Ways grow as 2 to the length here: tried one after the other, they would never come to an end.
    const text = 'a.'.repeat(30_000);
    for (const source of ['^([^/]+\\.)*example\\.com/', '^(a|a|\\.)*$x', '(.*)*(.*)*(.*)*z']) assert.ok(!finds(source, text));
  });
});
