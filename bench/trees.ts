/** Large stores, written straight to the disk: pushing 100,000 of anything would take longer than all rows together. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOf } from '../src/core/digest.js';
import { parseRepositoryName, parseTag } from '../src/core/reference.js';
import { pathFor } from '../src/paths/path-for.js';

/** A repository whose tags all name one manifest. The manifest itself is not there: no list of tags looks for it. */
export function writeTags(root: string, repository: string, count: number): void {
  const name = parseRepositoryName(repository);
  const digest = digestOf(Buffer.from('{}'));
  mkdirSync(join(root, pathFor('layers', { name })), { recursive: true });
  for (let i = 0; i < count; i++) {
    const file = join(root, pathFor('tagCurrent', { name, tag: parseTag(`v${String(i).padStart(6, '0')}`) }));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, digest);
  }
}

/** Repositories in groups of a hundred, each with the folders that both registries tell a repository by. */
export function writeRepositories(root: string, count: number): void {
  for (let i = 0; i < count; i++) {
    const name = parseRepositoryName(
      `team-${String(Math.floor(i / 100)).padStart(4, '0')}/app-${String(i % 100).padStart(2, '0')}`,
    );
    mkdirSync(join(root, pathFor('layers', { name })), { recursive: true });
    mkdirSync(join(root, pathFor('tags', { name })), { recursive: true });
  }
}
