/**
 * A method of authentication for tests of what is behind it: whoever asks says who they are and what they may do, as in
 * `Authorization: Test ann repository:a:pull,push registry:catalog:*`.
 */
import { type Access, type AuthMethod, isRefusal, type Principal, type Refusal } from '../../src/auth/auth.js';

/** The method, and how often it was asked to find out anew. */
export interface NamedAuth extends AuthMethod {
  asked(): number;
}

/** `recalls`: whether it knows people again without being asked anew. `isFinal`: whether no challenge helps those who are known. */
export function createNamedAuth({ recalls = false, isFinal = false } = {}): NamedAuth {
  let asked = 0;
  return {
    name: 'named',
    asked: () => asked,
    recall(authorization) {
      const outcome = outcomeOf(authorization);
      return !recalls || isRefusal(outcome) ? undefined : outcome;
    },
    async authenticate(authorization) {
      asked++;
      return outcomeOf(authorization);
    },
    reread: async () => ({ changed: [], apply: () => undefined }),
    challenge: ({ wanted, why, host }) =>
      isFinal && why === 'insufficient' ? undefined : [`Test ${why} ${host}`, ...wanted.map(scopeOf)].join(' '),
  };
}

function outcomeOf(authorization: string | undefined): Principal | Refusal {
  const [scheme, name = '', ...scopes] = (authorization ?? '').split(' ');
  if (scheme !== 'Test') return { refused: 'missing', reason: 'nothing was shown' };
  if (name === 'mallory') return { refused: 'invalid', reason: 'what was shown is bad' };
  return { name: name === '-' ? '' : name, allows: (access) => scopes.includes(scopeOf(access)) };
}

function scopeOf({ type, name, action }: Access): string {
  return `${type}:${name}:${action}`;
}
