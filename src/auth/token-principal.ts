/** What a token says of somebody: the subject, and entries of a type, a name and actions, as Docker's token servers write them. */
import type { Principal } from './auth.js';

/** A name is kept with each change in the store: no longer than that of a repository. */
const MAX_NAME_LENGTH = 255;

/** The claims that count. All of them may be anything. */
interface Claims {
  readonly sub?: unknown;
  readonly access?: unknown;
}

/** Somebody who may do what the entries say, and nothing else. What is not an entry gives no right. */
export function principalOf({ sub, access }: Claims): Principal {
  const rights = new Map<string, Set<string>>();
  const classes = new Map<string, string[]>();
  for (const entry of Array.isArray(access) ? (access as readonly unknown[]) : []) {
    if (!isEntry(entry)) continue;
    const resource = `${entry.type}\n${entry.name}`;
    const actions = rights.get(resource) ?? new Set();
    rights.set(resource, actions);
    const known = classes.get(entry.name) ?? [];
    classes.set(entry.name, [...known, typeof entry.class === 'string' && entry.class !== '' ? entry.class : UNSAID]);
    for (const action of entry.actions) if (typeof action === 'string') actions.add(action);
  }
  return {
    name: typeof sub === 'string' ? sub.slice(0, MAX_NAME_LENGTH) : '',
    allows({ type, name, action }) {
      const actions = rights.get(`${type}\n${name}`);
      return actions !== undefined && (actions.has(action) || actions.has('*'));
    },
    classes: (name) => classes.get(name),
  };
}

/** What registry:2 takes for the class where none is said. */
const UNSAID = 'image';

/** The class, such as `plugin`, tells what a repository holds, and changes no right but where there is a policy of classes. */
interface Entry {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly unknown[];
  readonly class?: unknown;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { type, name, actions } = value as Record<string, unknown>;
  return typeof type === 'string' && typeof name === 'string' && Array.isArray(actions);
}
