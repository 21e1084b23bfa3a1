/** What a client has to be shown of lists: in order, from where it asks, as many as it asks for. */
import assert from 'node:assert/strict';
import type { HttpAnswer } from '../support/http-client.js';
import { digestBy } from './contents.js';
import { type Operation, REPOSITORIES } from './operations.js';
import { manifestAt, manifestOf, repositoryOf, type State } from './state.js';

type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

/** Checks a list of tags. */
export function checkTags(state: State, { repository, n, last }: Of<'tags'>, answer: HttpAnswer): void {
  const here = repositoryOf(state, repository);
  if (!here.exists) return assert.equal(answer.status, 404);
  assert.equal(answer.status, 200);
  const after = [...here.tags.keys()].sort().filter((tag) => last === undefined || tag > last);
  const { shown, next } = pageOf(after, n);
  assert.deepEqual(JSON.parse(answer.body.toString()), { name: repository, tags: shown });
  checkLink(answer, next === undefined ? undefined : `/v2/${repository}/tags/list?last=${next}&n=${n}`);
}

/** Checks a list of repositories. The names of the model are few, so that their order can stand as it is. */
export function checkCatalog(state: State, { n, last }: Of<'catalog'>, answer: HttpAnswer): void {
  assert.equal(answer.status, 200);
  const after = REPOSITORIES.filter((name) => repositoryOf(state, name).exists && (last === undefined || isAfter(name, last)));
  const { shown, next } = pageOf(after, n);
  assert.deepEqual(JSON.parse(answer.body.toString()), { repositories: shown });
  checkLink(answer, next === undefined ? undefined : `/v2/_catalog?last=${encodeURIComponent(next)}&n=${n}`);
}

/** Component by component: `m/a` before `m/a/b` before `m/a-b`. */
function isAfter(name: string, last: string): boolean {
  return name.split('/').join('\0') > last.split('/').join('\0');
}

/** Checks a list of referrers. */
export function checkReferrers(state: State, { repository, subject, type, n }: Of<'referrers'>, answer: HttpAnswer): void {
  assert.equal(answer.status, 200);
  const of = digestBy('sha256', manifestAt(subject).bytes);
  const all = [...repositoryOf(state, repository).manifests].sort().filter((digest) => {
    const manifest = manifestOf(digest);
    return manifest.subject === of && (type === undefined || manifest.artifactType === type);
  });
  const { shown, next } = pageOf(all, n);
  const manifests = shown.map((digest) => {
    const { mediaType, bytes, artifactType, annotations } = manifestOf(digest);
    return {
      mediaType,
      digest,
      size: bytes.length,
      ...(artifactType === undefined ? {} : { artifactType }),
      ...(annotations === undefined ? {} : { annotations }),
    };
  });
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  assert.deepEqual(JSON.parse(answer.body.toString()), { schemaVersion: 2, mediaType, manifests });
  assert.equal(answer.headers['content-type'], mediaType);
  assert.equal(answer.headers['oci-filters-applied'], type === undefined ? undefined : 'artifactType');
  assert.equal(answer.headers['link'] === undefined, next === undefined);
}

function pageOf<T>(after: readonly T[], n: number | undefined): { shown: readonly T[]; next: T | undefined } {
  if (n === undefined || after.length <= n) return { shown: after, next: undefined };
  return { shown: after.slice(0, n), next: after[n - 1] };
}

function checkLink(answer: HttpAnswer, target: string | undefined): void {
  assert.equal(answer.headers['link'], target === undefined ? undefined : `<${target}>; rel="next"`);
}
