/**
 * Tokens of a token server (Docker's token protocol): signed documents that say who somebody is and what they may do, for a
 * few minutes. Nobody is asked about them: the signature, the issuer, the service and the times are all there is.
 */
import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { AuthMethod, AuthTools, Principal, Refusal } from './auth.js';
import { bearerChallenge } from './challenge.js';
import { createRecentLogins } from './recent-logins.js';
import { type FindKey, type KeyFiles, openTokenKeys } from './token-keys.js';
import { principalOf } from './token-principal.js';

/** Options, as registry:2 names them. */
export interface TokenOptions extends KeyFiles {
  /** Where clients get tokens. */
  readonly realm: string;
  /** This registry, for the token server: what a token must be for. */
  readonly service: string;
  /** Who must have issued a token. */
  readonly issuer: string;
  readonly signingalgorithms: readonly string[];
  /** Whether clients get tokens from the host by which they know this registry, at the path, instead of `realm`. */
  readonly autoredirect: boolean;
  readonly autoredirectpath: string;
}

const SCHEME = /^bearer +([A-Za-z0-9_.-]+) *$/i;
/** What clocks may differ by. */
const LEEWAY_S = 60;
/** How long a good token is not verified again, within its own time. */
const REMEMBERED_MS = 5 * 60_000;

/** The method, with its keys read. Rejects with a sentence when there are none. */
export async function openToken(options: TokenOptions, { clock }: AuthTools): Promise<AuthMethod> {
  const { realm, service, autoredirect, autoredirectpath } = options;
  const open = async () => ({
    keys: await openTokenKeys(options),
    logins: createRecentLogins<Principal>(() => clock.now().getTime()),
  });
  // Logins go with the keys by which they were good.
  let current = await open();

  return {
    name: 'token',

    recall: (authorization) => (authorization === undefined ? undefined : current.logins.recall(authorization)),

    async authenticate(authorization) {
      if (authorization === undefined) return { refused: 'missing', reason: 'no credentials' };
      const token = SCHEME.exec(authorization)?.[1];
      if (token === undefined) return { refused: 'missing', reason: 'no token by the scheme Bearer' };
      const { keys, logins } = current;
      const known = logins.recall(authorization);
      if (known) return known;
      const now = clock.now();
      const outcome = await verified(token, options, keys.find, now);
      if ('refused' in outcome) return outcome;
      const principal = principalOf(outcome.claims);
      const expires = ((outcome.claims.exp ?? 0) + LEEWAY_S) * 1000;
      logins.remember(authorization, principal, Math.min(expires, now.getTime() + REMEMBERED_MS));
      return principal;
    },

    async reread() {
      const next = await open();
      const changed = [...next.keys.texts].filter(([name, text]) => text !== current.keys.texts.get(name)).map(([name]) => name);
      return {
        changed,
        apply() {
          if (changed.length > 0) current = next;
        },
      };
    },

    challenge({ wanted, why, host }) {
      const place = autoredirect && host !== undefined ? `https://${host}${autoredirectpath}` : realm;
      return bearerChallenge(place, service, wanted, FAULTS[why]);
    },
  };
}

const FAULTS = { missing: undefined, invalid: 'invalid_token', insufficient: 'insufficient_scope' } as const;

/** What the token says, when all of it holds. */
async function verified(
  token: string,
  options: TokenOptions,
  findKey: FindKey,
  now: Date,
): Promise<{ readonly claims: JWTPayload } | Refusal> {
  const keyOf = (head: Parameters<FindKey>[0]) => {
    const key = findKey(head, now);
    if (key === undefined) throw new UntrustedKey();
    return key;
  };
  try {
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms: [...options.signingalgorithms],
      issuer: options.issuer,
      audience: options.service,
      requiredClaims: ['exp'],
      clockTolerance: LEEWAY_S,
      currentDate: now,
    });
    return { claims: payload };
  } catch (error) {
    // Whatever it is, it comes of what somebody has sent, and its text may hold a part of that.
    return { refused: 'invalid', reason: reasonOf(error) };
  }
}

class UntrustedKey extends Error {}

const CLAIMS: Readonly<Record<string, string>> = {
  iss: 'the token is of another issuer',
  aud: 'the token is for another service',
  nbf: 'the token is not valid yet',
  exp: 'the token does not say when it expires',
};

function reasonOf(error: unknown): string {
  if (error instanceof UntrustedKey) return 'the token is signed by no key that is trusted';
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIMS[error.claim] ?? 'the token is malformed';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature of the token is wrong';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the algorithm of the token is not allowed';
  // The key is another than the algorithm takes.
  if (error instanceof TypeError) return 'the key of the token does not fit its algorithm';
  return 'the token is malformed';
}
