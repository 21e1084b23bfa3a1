/** What can be told of a configuration without a start: whether what it names is there, and can be used by this user. */
import { X509Certificate } from 'node:crypto';
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigurationError } from '../config/configuration-error.js';
import type { Configuration } from '../config/keys.js';
import { folderOf, registryOptionsFrom } from '../open-store.js';
import { authFrom } from './auth.js';
import { tlsFrom } from './tls.js';

/** Sentences about what a start would meet. */
export interface Findings {
  /** With which it would not start. */
  readonly faults: string[];
  readonly warnings: string[];
}

/** Each looks at one thing, and changes nothing. A ConfigurationError has faults. */
const CHECKS: readonly ((configuration: Configuration, findings: Findings) => Promise<unknown>)[] = [
  checkAuth,
  checkTls,
  registryOptionsFrom,
];

/** Looks at all that is named. Nothing is changed, made or listened on. */
export async function checkConfigured(configuration: Configuration): Promise<Findings> {
  const findings: Findings = { faults: [], warnings: [] };
  for (const check of CHECKS)
    await check(configuration, findings).catch((error: unknown) => {
      if (!(error instanceof ConfigurationError)) throw error;
      findings.faults.push(...error.faults);
    });
  return findings;
}

async function checkAuth(configuration: Configuration, { warnings }: Findings): Promise<void> {
  const said = (message: string, facts: Readonly<Record<string, string | number>>): void => {
    const details = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
    warnings.push([message, ...details].join(', '));
  };
  await authFrom(configuration, { info: () => undefined, warn: said });
}

const SOON_MS = 14 * 24 * 60 * 60 * 1000;

/** A server with a certificate that has ended starts, and no client talks to it. */
async function checkTls(configuration: Configuration, { warnings }: Findings): Promise<void> {
  const tls = await tlsFrom(configuration);
  if (tls === undefined) return;
  const { validFrom, validTo } = new X509Certificate(tls.cert);
  const [from, to, now] = [Date.parse(validFrom), Date.parse(validTo), Date.now()];
  const what = `http.tls.certificate is ${configuration['http.tls.certificate']}, which`;
  if (now > to) warnings.push(`${what} ended on ${validTo}: clients will refuse it`);
  else if (now + SOON_MS > to) warnings.push(`${what} ends on ${validTo}`);
  else if (now < from) warnings.push(`${what} does not hold before ${validFrom}: clients will refuse it`);
}

/** Looks at the folder that takes the data. It is not made. */
export async function checkFolder(configuration: Configuration): Promise<Findings> {
  const folder = folderOf(configuration);
  if (folder === undefined) return { faults: [], warnings: [] };
  const what = `storage.filesystem.rootdirectory is ${folder}, which`;
  const facts = await factsOf(folder);
  if (facts === undefined) {
    const parent = await nearest(folder);
    if (await mayUse(parent)) return { faults: [], warnings: [`${what} is not there: a start makes it, and it is empty`] };
    return { faults: [`${what} is not there, and cannot be made by this user in ${parent}`], warnings: [] };
  }
  if (!facts.isDirectory()) return { faults: [`${what} is no folder`], warnings: [] };
  return { faults: (await mayUse(folder)) ? [] : [`${what} may not be read and written by this user`], warnings: [] };
}

async function nearest(path: string): Promise<string> {
  for (let at = dirname(path); ; at = dirname(at)) if ((await factsOf(at)) !== undefined || at === dirname(at)) return at;
}

function mayUse(folder: string): Promise<boolean> {
  return access(folder, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

function factsOf(path: string) {
  return stat(path).catch(() => undefined);
}
