/** Tags of one repository: list, remove, history. They are set by the put of a manifest. */
import { RegistryError } from '../core/errors.js';
import { itemsOf } from './claims.js';
import type { RepositoryContext } from './context.js';
import type { TagChange, TagService } from './registry.js';

/** The tags of a repository. */
export function createTagService({ stores, here, actor }: RepositoryContext): TagService {
  const by = actor ? { actor: actor.name } : {};
  return {
    async *list(options) {
      let some = false;
      for await (const page of here.tags.list(options)) {
        some = true;
        yield page;
      }
      if (some || (await stores.catalog.has(here.name, options?.signal ? { signal: options.signal } : {}))) return;
      throw new RegistryError('NAME_UNKNOWN', { detail: { name: here.name } });
    },

    async remove(tag, options) {
      const digest = await here.tags.resolve(tag, options);
      if (digest === undefined) throw new RegistryError('MANIFEST_UNKNOWN', { detail: { tag } });
      const index = (await here.tags.index(tag, options)).map((entry) => entry.digest);
      await here.trash.add({ what: `tag ${tag}`, links: [{ kind: 'tag', tag, digest, index }], ...by }, options);
      await stores.condemned.clear(itemsOf(here, digest), options);
      // Moved meanwhile: what it names now was pushed after this delete began, and stays.
      if (await here.tags.remove(tag, digest, options))
        await here.history.append(tag, { action: 'removed', digest, ...by }, options);
    },

    async history(tag, options) {
      const records: readonly TagChange[] = await here.history.list(tag, options);
      const recorded = new Set(records.map((record) => record.digest));
      const earlier = (await here.tags.index(tag, options))
        .filter((entry) => !recorded.has(entry.digest))
        .map((entry): TagChange => ({ action: 'seen', digest: entry.digest, at: entry.modified ?? new Date(0) }));
      return [...earlier, ...records].reverse().sort((a, b) => b.at.getTime() - a.at.getTime());
    },
  };
}
