/** What must hold between keys: sections that are half said, or said twice. Each is a fault with the place of the section. */
import type { Collected } from './collect.js';
import type { Place } from './document.js';
import { DRIVER_ALIASES } from './drivers.js';
import { isKey, KEYS, type Key, REQUIRED } from './keys.js';

/** Adds a fault, or a warning, for each relation that does not hold. */
export function checkRelations(into: Collected, place: Place): void {
  refuseSeveral(into, place);
  refuseUnfinished(into, place);
  refuseUnfinishedTls(into, place);
  checkStores(into, place);
  refuseOtherNet(into, place);
}

function refuseSeveral({ drivers, methods, faults }: Collected, place: Place): void {
  for (const [section, names] of [['storage', drivers] as const, ['auth', methods] as const]) {
    const [, second] = names;
    if (second === undefined) continue;
    faults.push(`${place([section, second])}: ${section} has ${[...names].join(' and ')}; expected one of them`);
  }
}

/** A method of which half is said must not pass for none, and data must not go elsewhere. */
function refuseUnfinished(into: Collected, place: Place): void {
  const named = [...[...into.methods].map((name) => ['auth', name]), ...[...into.drivers].map((name) => ['storage', name])];
  for (const [section = '', name = ''] of named) {
    const inTable = section === 'storage' ? (DRIVER_ALIASES[name] ?? name) : name;
    for (const keys of REQUIRED[`${section}.${inTable}`] ?? []) {
      if (keys.some((key) => isGiven(into, key))) continue;
      const missing = keys.map((key) => key.slice(`${section}.${inTable}.`.length)).join(' or ');
      into.faults.push(`${place([section, name])}: ${section}.${name} has no ${missing}`);
    }
  }
}

/** Who asks for anything of TLS must not be answered in the clear. */
function refuseUnfinishedTls(into: Collected, place: Place): void {
  const given = Object.keys(KEYS).filter((key) => isKey(key) && key.startsWith('http.tls.') && isGiven(into, key));
  if (given.length === 0) return;
  for (const key of ['http.tls.certificate', 'http.tls.key'])
    if (!given.includes(key)) into.faults.push(`${place(['http', 'tls'])}: http.tls has no ${key.slice('http.tls.'.length)}`);
  const mustVerify = String(into.values.get('http.tls.clientauth')).includes('verify');
  if (mustVerify && !given.includes('http.tls.clientcas'))
    into.faults.push(
      `${place(['http', 'tls', 'clientauth'])}: http.tls has no clientcas, by which certificates of clients could be verified`,
    );
}

/** An address that is not of the kind that is asked for must not make a socket of it, or open a port. */
function refuseOtherNet({ values, wrong, faults }: Collected, place: Place): void {
  if (wrong.has('http.addr') || wrong.has('http.net')) return;
  const isSocket = Object.hasOwn(Object(values.get('http.addr')), 'socket');
  const wantsSocket = values.get('http.net') === 'unix';
  if (wantsSocket === isSocket) return;
  const where = place(['http', isSocket || values.has('http.addr') ? 'addr' : 'net']);
  if (isSocket) faults.push(`${where}: http.addr is the path of a socket; expected http.net: unix beside it`);
  else
    faults.push(
      `${where}: http.net is unix; expected the path of a socket in http.addr, with a slash in it, such as ./lading.sock`,
    );
}

/** What each way to ask an object store needs. */
function checkStores(into: Collected, place: Place): void {
  const { values, warnings, faults } = into;
  const half = (given: Key, missing: Key): boolean => isGiven(into, given) && !isGiven(into, missing);
  const [accesskey, secretkey] = ['storage.s3.accesskey', 'storage.s3.secretkey'] as const;
  if (half(accesskey, secretkey) || half(secretkey, accesskey))
    warnings.push(
      `${place(['storage', 's3'])}: storage.s3 has one of accesskey and secretkey, and not both: neither is used, but what the environment says`,
    );
  if (isGiven(into, 'storage.gcs.keyfile') && isGiven(into, 'storage.gcs.credentials'))
    warnings.push(`${place(['storage', 'gcs', 'credentials'])}: storage.gcs.credentials has no effect: there is a keyfile`);
  const needs = AZURE_NEEDS[String(values.get('storage.azure.credentials.type'))] ?? [];
  for (const key of needs)
    if (!isGiven(into, key))
      faults.push(`${place(['storage', 'azure', 'credentials'])}: ${key} is missing, which credentials.type asks for`);
}

const AZURE_NEEDS: Readonly<Record<string, readonly Key[]>> = {
  client_secret: ['storage.azure.credentials.clientid', 'storage.azure.credentials.tenantid', 'storage.azure.credentials.secret'],
  shared_key: ['storage.azure.accountkey'],
};

/** Also when it is given wrongly, which is a fault of its own. */
function isGiven({ values, wrong }: Collected, key: Key): boolean {
  return values.get(key) !== undefined || wrong.has(key);
}
