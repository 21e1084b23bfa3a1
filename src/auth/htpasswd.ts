/**
 * Users of an htpasswd file, who may do everything. A comparison by bcrypt takes a thread for 50 ms and more, by design, so
 * a good one is remembered for a while, and only some run at once: wrong passwords, however many, must not keep the disk
 * from its threads. A name that is not there costs what one costs that is.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { verify } from '@node-rs/bcrypt';
import { RegistryError } from '../core/errors.js';
import { createFlights } from '../core/flights.js';
import { createGate } from '../core/gate.js';
import type { AuthMethod, AuthTools, Principal, Refusal } from './auth.js';
import { type BasicCredentials, parseBasic } from './basic.js';
import { basicChallenge } from './challenge.js';
import { emptyHash } from './htpasswd-file.js';
import { openWatchedUsers } from './watched-users.js';

/** Options, as registry:2 names them. */
export interface HtpasswdOptions {
  /** Shown to people who are asked for a password. */
  readonly realm: string;
  readonly path: string;
}

/** How long a login is remembered. A change of the file ends it at once. */
const REMEMBERED_MS = 5 * 60_000;
/** Comparisons that run or wait. More of them would be answered when nobody listens any more. */
const MOST_PENDING = 100;
const RETRY_AFTER_S = 5;
/** What `htpasswd -B` and registry:2 use about; for a file that has no users. */
const USUAL_COST = '10';

/** When nobody has said otherwise. */
const NODES_THREADS = 4;

/** How many comparisons run at once: half of the processors at most, and a quarter of the threads, for the disk wants them too. */
export function comparisonsAtOnce(processors: number, threads: number): number {
  return Math.max(1, Math.floor(Math.min(processors / 2, threads / 4)));
}

/** The method, with the file read. Rejects when it is missing, cannot be read, or is no htpasswd file. */
export async function openHtpasswd({ realm, path }: HtpasswdOptions, tools: AuthTools): Promise<AuthMethod> {
  const { clock } = tools;
  const users = await openWatchedUsers<Principal>(path, tools);
  const flights = createFlights<boolean>();
  const gate = createGate(comparisonsAtOnce(availableParallelism(), Number(process.env['UV_THREADPOOL_SIZE'] ?? NODES_THREADS)));
  const secret = randomBytes(32);
  let pending = 0;

  /** Costs of unknown names are those of the file, each name always having the same. */
  const hashForNobody = (user: string): string => {
    const { costs } = users.current();
    const at = createHmac('sha256', secret).update(user, 'latin1').digest().readUInt32BE();
    return emptyHash(costs[at % Math.max(costs.length, 1)] ?? USUAL_COST);
  };

  const compare = async (password: Buffer, hash: string): Promise<boolean> => {
    if (pending >= MOST_PENDING) {
      throw new RegistryError('TOOMANYREQUESTS', { message: 'too many log in at the same time', retryAfter: RETRY_AFTER_S });
    }
    pending++;
    try {
      return await gate(() => verify(password, hash));
    } finally {
      pending--;
    }
  };

  const login = async (authorization: string, { user, password }: BasicCredentials): Promise<Principal | Refusal> => {
    const { hashes, logins } = users.current();
    const known = logins.recall(authorization);
    if (known) return known;
    const hash = hashes.get(user);
    const key = logins.mark(authorization);
    const isGood = await flights.run(key, () => compare(password, hash ?? hashForNobody(user)));
    if (!isGood || hash === undefined) return { refused: 'invalid', reason: 'wrong name or password' };
    const principal: Principal = { name: Buffer.from(user, 'latin1').toString('utf8'), allows: () => true };
    logins.remember(authorization, principal, clock.monotonic() + REMEMBERED_MS);
    return principal;
  };

  return {
    name: 'htpasswd',

    recall: (authorization) =>
      authorization === undefined || users.isDue() ? undefined : users.current().logins.recall(authorization),

    async authenticate(authorization) {
      if (authorization === undefined) return { refused: 'missing', reason: 'no credentials' };
      const given = parseBasic(authorization);
      if (given === undefined) return { refused: 'missing', reason: 'no name and password by the scheme Basic' };
      if (users.isDue()) await users.look();
      return login(authorization, given);
    },

    reread: users.reread,

    // Who is known may do everything, and better credentials than that there are not.
    challenge: ({ why }) => (why === 'insufficient' ? undefined : basicChallenge(realm)),
  };
}
