/**
 * Whoever works on a store and migrations of its layout keep out of each other's way: each says that it is at work, and looks
 * who else is.
 */
import type { Announced, Presences, Present, Role } from './presence.js';

/** A store that somebody wants for themselves, and where that is, for messages. */
interface SharedStore {
  readonly presences: Presences;
  readonly folder: string | undefined;
}

/** Those who do not mind one another. */
export type Worker = Exclude<Role, 'migration'>;

/**
 * Says that a server or a task is at work. Where the store does not take that, it is at work all the same, with a warning.
 * Rejects, with nothing left behind, when the store is being migrated, or does not tell.
 */
export async function announceWorker(
  presences: Presences,
  role: Worker,
  warn: (message: string, error: unknown) => void,
): Promise<Announced | undefined> {
  const announced = await presences.announce(role).catch((error: unknown) => {
    warn(`the store does not take the note that a ${role} is at work: a migration would not see it`, error);
    return undefined;
  });
  try {
    await refuseMigration(presences);
    return announced;
  } catch (error) {
    await announced?.end();
    throw error;
  }
}

/** For a server that only reads, and so leaves no note. Rejects when the store is being migrated, or does not tell. */
export async function refuseMigration(presences: Presences): Promise<void> {
  const migration = (await presences.list()).find(({ role }) => role === 'migration');
  if (migration === undefined) return;
  throw new Error(`the store is being migrated, ${whoIs(migration)}. Try again when that has ended`);
}

/**
 * Keeps servers and other migrations away from a store until the end. Rejects, with nothing left behind, when somebody is at
 * work on it. docker/distribution leaves no note of itself.
 */
export async function announceMigration(store: SharedStore): Promise<Announced> {
  const announced = await store.presences.announce('migration');
  try {
    await refuseOthers(store);
    return announced;
  } catch (error) {
    await announced.end();
    throw error;
  }
}

/** Rejects when somebody is at work on the store. */
export async function refuseOthers({ presences, folder }: SharedStore): Promise<void> {
  const [other] = await presences.list();
  if (other === undefined) return;
  const what = other.role === 'migration' ? 'another migration' : `a ${other.role}`;
  throw new Error(
    `${what} is at work on ${folder}, ${whoIs(other)}. Stop it first. One that was killed is forgotten two minutes after its last heartbeat, or when that file is removed`,
  );
}

function whoIs({ host, process, since, heartbeat, path }: Present): string {
  const number = process.replace(/^.* /, '');
  return `on ${host} (process ${number}) since ${since.toISOString()}, last seen ${heartbeat.toISOString()}, as ${path} says`;
}
