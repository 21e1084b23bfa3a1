/**
 * Authentication and authorisation: the first thing that is done for a request of the API, before its body is read and
 * before anything is told of what there is. Without a method of authentication everybody may do everything.
 */
import type { IncomingMessage } from 'node:http';
import { type Access, type AuthMethod, type Challenged, isRefusal, type Principal } from '../auth/auth.js';
import { RegistryError } from '../core/errors.js';
import type { RepositoryName } from '../core/reference.js';
import type { Wanted } from './access.js';
import { hostOf } from './base-url.js';
import type { Exchange } from './context.js';
import { answerError } from './error-response.js';

/** True when the request may go on; false when it was answered: 401 with a challenge, or 403 when no challenge helps. */
export async function admit(x: Exchange, auth: AuthMethod, wanted: Wanted): Promise<boolean> {
  const outcome = await auth.authenticate(x.request.headers.authorization);
  if (isRefusal(outcome)) return refuse(x, auth, wanted, outcome.refused, outcome.reason);
  x.principal = outcome;
  return isAllowed(outcome, wanted) || refuse(x, auth, wanted, 'insufficient', 'the rights are not enough');
}

/** Who asks, when they are known without waiting and may pull from the repository; for answers that are prepared. */
export function recallReader(auth: AuthMethod, { headers }: IncomingMessage, name: RepositoryName): Principal | undefined {
  const principal = auth.recall(headers.authorization);
  return principal?.allows({ type: 'repository', name, action: 'pull' }) ? principal : undefined;
}

/** Whether the one who asks may do this in the repository. */
export function may(x: Exchange, action: 'pull' | 'push', name: RepositoryName): boolean {
  return x.principal?.allows({ type: 'repository', name, action }) ?? x.service.auth === undefined;
}

function isAllowed(principal: Principal, { needs, orElse }: Wanted): boolean {
  const all = (accesses: readonly Access[]): boolean => accesses.every((access) => principal.allows(access));
  return all(needs) || (orElse !== undefined && all(orElse));
}

function refuse(x: Exchange, auth: AuthMethod, { needs }: Wanted, why: Challenged['why'], reason: string): false {
  x.refusal = reason;
  const challenge = auth.challenge({ wanted: needs, why, host: hostOf(x.request) });
  // As registry:2 has it, for clients that show it.
  const detail = needs.map(({ type, name, action }) => ({ Type: type, Class: '', Name: name, Action: action }));
  const facts = detail.length === 0 ? {} : { detail };
  if (challenge === undefined) answerError(x, new RegistryError('DENIED', facts));
  else answerError(x, new RegistryError('UNAUTHORIZED', facts), ['WWW-Authenticate', challenge]);
  return false;
}
