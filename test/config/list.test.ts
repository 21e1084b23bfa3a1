/** Lists of sections, as a row of the table has them: what is read, and what is wrong or not known, with its place. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collectList, mayStandInList } from '../../src/config/collect-list.js';
import { readDocument } from '../../src/config/document.js';
import type { ListRow } from '../../src/config/rows.js';

const ROW: ListRow = {
  about: 'Receivers.',
  members: {
    name: { type: 'words', default: undefined, needed: true, about: '' },
    url: { type: 'weburl', default: undefined, about: '' },
    timeout: { type: 'duration', default: '1s', about: '' },
    headers: { type: 'headers', default: {}, secret: true, about: '' },
    'ignore.actions': { type: 'texts', default: [], about: '' },
  },
};

function collected(list: string) {
  const { value, place } = readDocument('c.yml', `receivers:\n${list}`);
  return collectList(ROW, (value as { receivers: unknown }).receivers, ['receivers'], place);
}

const DEFAULTS = { url: undefined, timeout: 1000, headers: {}, 'ignore.actions': [] };

describe('a list of sections', () => {
  it('has a value for each member, its default where it is not given', () => {
    const { sections, faults, warnings } = collected(`
  - name: a
    url: https://hooks.example/x
    timeout: 500ms
    headers: {Authorization: [secret], X-A: b}
    ignore: {actions: [pull]}
  - {name: b, timeout: , ignore: , headers: }
`);
    assert.deepEqual([...faults, ...warnings], []);
    const [a, b] = sections;
    assert.deepEqual(a, {
      name: 'a',
      url: 'https://hooks.example/x',
      timeout: 500,
      headers: { Authorization: ['secret'], 'X-A': ['b'] },
      'ignore.actions': ['pull'],
    });
    assert.deepEqual(b, { ...DEFAULTS, name: 'b' });
  });

  it('is empty where there is none', () => {
    for (const list of ['', '  []']) assert.deepEqual(collected(list), { sections: [], faults: [], warnings: [] });
  });

  it('names every fault, with its line', () => {
    assert.deepEqual(
      collected(`
  - name: a
    url: here
    timeout: soon
  - url: https://hooks.example
    headers: hush
  - hush
  -
  - name: b
    ignore: hush
`).faults,
      [
        'c.yml:4: receivers[0].url is "here"; expected a URL such as https://hooks.example.com/events',
        'c.yml:5: receivers[0].timeout is "soon"; expected a duration such as 30s, 1h30m or 500ms',
        'c.yml:7: receivers[1].headers is a string; expected names of headers with a list of texts each; none that tell how long an answer is',
        'c.yml:6: receivers[1] has no name',
        'c.yml:8: receivers[2] is a string; expected a section with name',
        'c.yml:9: receivers[3] is nothing; expected a section with name',
        'c.yml:11: receivers[4].ignore is a string; expected a section',
      ],
    );
    assert.deepEqual(collected('  {name: a}').faults, ['c.yml:1: receivers is a section; expected a list of sections']);
  });

  it('names what is not known, with its line, and takes the rest', () => {
    const { sections, faults, warnings } = collected(`
  - name: a
    colour: red
    ignore:
      days: [sunday]
    ignore.actions: [pull]
`);
    assert.deepEqual(faults, []);
    assert.deepEqual(sections, [{ ...DEFAULTS, name: 'a' }]);
    assert.deepEqual(warnings, [
      'c.yml:4: receivers[0].colour is not known, and has no effect',
      'c.yml:6: receivers[0].ignore.days is not known, and has no effect',
      'c.yml:7: receivers[0].ignore.actions is not known, and has no effect',
    ]);
  });

  it('shows no credentials of a URL in a fault', () => {
    const [fault = ''] = collected('  - {name: a, url: "ftp://bob:hush@example"}').faults;
    assert.match(fault, /receivers\[0\]\.url is "ftp:/);
    assert.doesNotMatch(fault, /hush/);
  });

  it('may be reached by the number of an item and the names below it', () => {
    for (const path of [['0'], ['0', 'name'], ['3', 'ignore'], ['0', 'ignore', 'actions'], ['0', 'headers', 'x-a']])
      assert.equal(mayStandInList(ROW, path), true, path.join());
    for (const path of [
      ['0', 'nam'],
      ['0', 'ignore', 'action'],
      ['0', 'colour'],
    ])
      assert.equal(mayStandInList(ROW, path), false, path.join());
  });
});
