import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LAYOUT, ROOT, type Row } from '../../src/paths/layout.js';
import { KINDS } from './generated.js';

const ROWS: readonly (readonly [string, Row])[] = Object.entries(LAYOUT);

describe('the layout', () => {
  it('has a root that has not changed since 2014', () => assert.equal(ROOT, '/docker/registry/v2'));

  it('says of every object what it holds, who writes it, changes it and takes it away, and what it means that it is gone', () => {
    for (const [kind, row] of ROWS) {
      const { content, writtenBy, changes, removedBy, without, others } = row;
      const life = row.type === 'object' ? { content, writtenBy, changes, removedBy, without } : {};
      for (const [fact, text] of Object.entries({ about: row.about, ...life, ...(others === undefined ? {} : { others }) })) {
        assert.match(text ?? '', /^[A-Z].*[.]$/, `${kind}, ${fact}`);
      }
    }
  });

  it('says what docker/distribution does with every object that it knows, and with none of ours', () => {
    for (const [kind, row] of ROWS) {
      if (row.ours) assert.equal(row.others, undefined, kind);
      else if (row.type === 'object') assert.ok(row.others, kind);
    }
  });

  it('has no two kinds of one path, and none that another could be read as', () => {
    const shapes = KINDS.map((kind) => LAYOUT[kind].path.replaceAll(/<\w+>/g, '<>'));
    assert.equal(new Set(shapes).size, shapes.length);
    for (const one of shapes) {
      for (const other of shapes) {
        const [a, b] = [one.split('/'), other.split('/')];
        const apart = a.findIndex((part, index) => part !== b[index]);
        if (apart < 0 || b[apart] === undefined) continue;
        assert.equal(a[apart] === '<>' || b[apart] === '<>', false, `${one} and ${other} part at a variable`);
      }
    }
  });

  it('puts what is ours where docker/distribution does not look', () => {
    for (const [kind, row] of ROWS) {
      const ours = row.path.split('/').some((part) => /^_(?!layers$|manifests$|uploads$)/.test(part));
      // Beside a revision's link and beside the bytes of an upload it looks for files of these names alone.
      if (kind === 'revisionMediaType' || kind === 'uploadPurge') assert.doesNotMatch(row.path, /\/(?:link|data|startedat)$/);
      else assert.equal(row.ours === true, ours, kind);
    }
  });

  it('puts no object of ours among the tags, where its name would be one', () => {
    for (const [kind, row] of ROWS) if (row.ours) assert.ok(!row.path.includes('_manifests/tags'), kind);
  });
});
