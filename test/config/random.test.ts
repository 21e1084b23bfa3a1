/** Whatever stands in a file or in the environment: a configuration comes of it, or faults. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { ConfigurationError } from '../../src/config/configuration-error.js';
import { effectiveValues } from '../../src/config/effective.js';
import { HARMLESS, IGNORED, REFUSED } from '../../src/config/foreign.js';
import { KEYS } from '../../src/config/keys.js';
import { examineConfiguration } from '../../src/config/load.js';
import { textFiles } from '../support/text-files.js';

const { fileWith } = textFiles();
const file = fileWith('');

const NAMES = [
  ...new Set(
    [...Object.keys(KEYS), ...Object.keys(REFUSED), ...Object.keys(IGNORED), ...HARMLESS].flatMap((key) => key.split('.')),
  ),
  'loglevel',
  's3aws',
  '__proto__',
  'constructor',
  '0',
  '',
];
const name = fc.constantFrom(...NAMES);
const value = fc.oneof(
  fc.constantFrom(true, null, '', 's3', 'inmemory', 'token', ':5000', '5s', '/a', 5, -1, 1e300, 'https://a@c'),
  fc.jsonValue({ maxDepth: 2 }),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    value,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
  ),
}));
const top = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...Object.keys(KEYS).map((key) => key.split('.')[0] ?? ''), ...NAMES), tree), {
    selector: ([key]) => key,
    maxLength: 5,
  })
  .map((pairs) => Object.fromEntries([['version', 0.1], ...pairs]));
const variable = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => `REGISTRY_${parts.join('_').toUpperCase()}`);
const environment = fc.dictionary(variable, fc.oneof(fc.string(), value.map(String), fc.constantFrom('{a: b}', '[1]')), {
  maxKeys: 4,
});

async function look(text: string, variables: Readonly<Record<string, string>>): Promise<void> {
  writeFileSync(file, text);
  try {
    const examined = await examineConfiguration({ file, environment: variables });
    assert.ok(effectiveValues(examined).every(({ origin }) => origin !== ''));
    for (const line of [...examined.warnings, ...examined.faults]) assert.equal(typeof line, 'string');
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    assert.ok(error.faults.length > 0);
  }
}

describe('a configuration of any form', () => {
  it('is taken or refused with reasons: known names with anything below them', async () => {
    await fc.assert(
      fc.asyncProperty(top, environment, (sections, variables) => look(stringify(sections), variables)),
      { numRuns: 400 },
    );
  });

  it('is taken or refused with reasons: any text', async () => {
    const pieces = fc.array(
      fc.constantFrom(
        'a',
        ':',
        ' ',
        '\n',
        '- ',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a',
        '!!binary ',
        '!!set ',
        '<<: ',
        '|',
        '"',
        "'",
        '? ',
        '#',
        '---\n',
        'version: 0.1\n',
        '\t',
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          pieces.map((some) => some.join('')),
        ),
        (text) => look(text, {}),
      ),
      { numRuns: 400 },
    );
  });
});
