/** What somebody must be allowed to do for a request to be answered: the rules that `routes.ts` chooses from. */
import type { Access, RepositoryAction } from '../auth/auth.js';
import { isRepositoryName, type RepositoryName } from '../core/reference.js';

/** All of `needs`, or all of `orElse` where that is given. A challenge asks for `needs`. */
export interface Wanted {
  readonly needs: readonly Access[];
  readonly orElse?: readonly Access[];
}

/** For whoever can show who they are, whatever they may do. */
export const KNOWN: Wanted = { needs: [] };

/** For the list of all repositories. */
export const WHOLE_CATALOG: Wanted = { needs: [{ type: 'registry', name: 'catalog', action: '*' }] };

const ACTIONS: Readonly<Record<string, readonly RepositoryAction[]>> = {
  GET: ['pull'],
  HEAD: ['pull'],
  DELETE: ['delete'],
};
/** A method that is not known changes something, for all that one knows. */
const CHANGES: readonly RepositoryAction[] = ['pull', 'push'];

/** For a request that reads or changes one repository. */
export function inRepository({ name }: { readonly name: RepositoryName }, method: string): Wanted {
  const actions = Object.hasOwn(ACTIONS, method) ? (ACTIONS[method] ?? CHANGES) : CHANGES;
  return { needs: actions.map((action) => ({ type: 'repository', name, action })) };
}

/** For an upload: whoever may push may give up what they began. */
export function toUpload(asked: { readonly name: RepositoryName }, method: string): Wanted {
  const { needs } = inRepository(asked, method);
  return method === 'DELETE' ? { needs, orElse: inRepository(asked, 'PUT').needs } : { needs };
}

/**
 * For a new upload. Where a blob is to be mounted, a challenge asks for a pull of its source too; without that right an
 * upload is begun instead, so the push of somebody who may not read the source does not fail.
 */
export function toUploads(asked: { readonly name: RepositoryName; readonly from: string | undefined }, method: string): Wanted {
  const { name, from } = asked;
  const { needs } = inRepository(asked, method);
  if (method !== 'POST' || from === undefined || from === name || !isRepositoryName(from)) return { needs };
  return { needs: [...needs, { type: 'repository', name: from, action: 'pull' }], orElse: needs };
}
