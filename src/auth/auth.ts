/**
 * Who asks, and what they may do. A method of authentication is a file of this folder and a row of `methods.ts`; it knows
 * the credentials of a request and nothing else of it.
 */
import type { Clock } from '../core/clock.js';
import type { RepositoryName } from '../core/reference.js';

/** What may be done to the content of a repository. */
export type RepositoryAction = 'pull' | 'push' | 'delete';

/** One thing that somebody wants to do, in the words of Docker's tokens. */
export type Access =
  | { readonly type: 'repository'; readonly name: RepositoryName; readonly action: RepositoryAction }
  | { readonly type: 'registry'; readonly name: 'catalog'; readonly action: '*' };

/** Somebody who has shown who they are. */
export interface Principal {
  /** For history, trash and logs; empty for somebody who may do something and has no name. */
  readonly name: string;
  allows(access: Access): boolean;
  /** Classes of content for which rights to this repository were given; undefined when nothing tells, which allows any. */
  classes?(name: RepositoryName): readonly string[] | undefined;
}

/** Nobody is known: nothing was shown that this method understands, or what was shown is not good. */
export interface Refusal {
  readonly refused: 'missing' | 'invalid';
  /** Why, for the log: one of a few fixed texts, never a part of what was shown. */
  readonly reason: string;
}

/** What is to be answered with a challenge. */
export interface Challenged {
  readonly wanted: readonly Access[];
  /** `insufficient`: somebody is known, and may not do what is wanted. */
  readonly why: Refusal['refused'] | 'insufficient';
  /** `host[:port]` by which the client knows this registry, when the request says it. */
  readonly host: string | undefined;
}

/** Files that were read again, and found to be good. Nothing counts of them yet. */
export interface Reread {
  /** The options whose files say something else than before. */
  readonly changed: readonly string[];
  /** From now on what was read counts. What was remembered by what was there before is forgotten. Never throws. */
  apply(): void;
}

/** One way to tell who asks. Nothing that it is given, and nothing made of it, may end in a log or an error. */
export interface AuthMethod {
  /** As in the configuration. */
  readonly name: string;
  /**
   * Who asks, when that was found out a moment ago and still holds. Does no input or output. Undefined says nothing:
   * `authenticate` knows.
   */
  recall(authorization: string | undefined): Principal | undefined;
  /** Who asks, by the `Authorization` of the request. TOOMANYREQUESTS when more than can be looked at wait already. */
  authenticate(authorization: string | undefined): Promise<Principal | Refusal>;
  /** Reads the files of its options again, and checks them whole. Rejects, with a sentence, when one cannot be used. */
  reread(): Promise<Reread>;
  /** The text of `WWW-Authenticate`; undefined when no other credentials would help. */
  challenge(challenged: Challenged): string | undefined;
}

/** What methods are given besides their options. */
export interface AuthTools {
  readonly clock: Clock;
  /** Hears of what somebody should mend, such as a line that cannot be used, and of what has changed. */
  readonly log: {
    info(message: string, facts: Readonly<Record<string, string | number>>): void;
    warn(message: string, facts: Readonly<Record<string, string | number>>): void;
  };
}

/** True when nobody is known. */
export function isRefusal(outcome: Principal | Refusal): outcome is Refusal {
  return 'refused' in outcome;
}
