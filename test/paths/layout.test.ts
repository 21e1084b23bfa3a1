import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LAYOUT, ROOT, type Row } from '../../src/paths/layout.js';
import { KINDS } from './generated.js';

const ROWS: readonly (readonly [string, Row])[] = Object.entries(LAYOUT);

describe('the layout', () => {
  it('has a root that has not changed since 2014', () => assert.equal(ROOT, '/docker/registry/v2'));

  it('says of every object what it holds, who writes it and who takes it away', () => {
    for (const [kind, row] of ROWS) {
      assert.match(row.about, /^[A-Z].*[.]$/, kind);
      if (row.type !== 'object') continue;
      if (kind !== 'uploadHashState') assert.ok(row.content && row.writtenBy, kind);
      assert.ok(row.removedBy, kind);
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
      if (kind === 'revisionMediaType') assert.doesNotMatch(row.path, /\/(?:link|data)$/);
      else assert.equal(row.ours === true, ours, kind);
    }
  });

  it('puts no object of ours among the tags, where its name would be one', () => {
    for (const [kind, row] of ROWS) if (row.ours) assert.ok(!row.path.includes('_manifests/tags'), kind);
  });
});
