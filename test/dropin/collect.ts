/** The garbage collectors of docker/distribution, on a store of which every part is known. Nobody serves it meanwhile. */
import assert from 'node:assert/strict';
import type { Peer } from '../clients/volume.js';
import type { Census } from './census.js';
import type { Estate } from './estate.js';
import type { Story } from './story.js';

const ELIGIBLE = /^blob eligible for deletion: (\S+)$/gm;

/** What is run, first with `--dry-run`: it may take what nobody can reach, and nothing else. What is in use the next chapter shows. */
export async function collect(
  estate: Estate,
  { step, say }: Pick<Story, 'step' | 'say'>,
  peer: Peer,
  census: Census | undefined,
  ...options: readonly string[]
): Promise<void> {
  const command = [peer, 'garbage-collect', ...options].join(' ');
  const before = await estate.files();
  let named: readonly string[] = [];
  await step(`${command} --dry-run changes nothing, and names nothing that is in use`, async () => {
    named = [...(await estate.collectGarbage(peer, '--dry-run', ...options)).matchAll(ELIGIBLE)].map((match) => match[1] ?? '');
    assert.deepEqual(await estate.files(), before);
    const used = new Set(census?.content.map((entry) => entry.replace(/^.*@/, '')));
    assert.ok(used.size > 0);
    assert.deepEqual(
      named.filter((digest) => used.has(digest)),
      [],
    );
  });
  await step(`${command} takes the content that it has named, and no other`, async () => {
    await estate.collectGarbage(peer, ...options);
    const left = new Set(await estate.files());
    const taken = before.filter((path) => path.startsWith('blobs/') && !left.has(path));
    assert.deepEqual(taken, named.map((digest) => fileOf(digest)).toSorted());
  });
  say(`${String(named.length)} of ${String(before.filter((path) => path.startsWith('blobs/')).length)} blobs were garbage`);
}

function fileOf(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `blobs/${algorithm}/${hex.slice(0, 2)}/${hex}/data`;
}
