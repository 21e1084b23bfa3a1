/** Renders docs/migrating.md: what becomes of every option, put into the prose of `pages/migrating.md.in`. */
import { readFile } from 'node:fs/promises';

const { KEYS } = await import('../dist/src/config/keys.js');
const { HARMLESS, IGNORED, REFUSED } = await import('../dist/src/config/foreign.js');

const { DRIVERS, driverOfKey } = await import('../dist/src/config/drivers.js');

const PROSE = await readFile(new URL('pages/migrating.md.in', import.meta.url), 'utf8');
/** Options that registry:2 does not have. */
const OWN = 'lading.';
/** Storage that can be served. What is said of others is read and checked, and then refused. */
const USABLE = ['filesystem', 'inmemory'];
const TO_COME = DRIVERS.filter((name) => !USABLE.includes(name));

/** The page. */
export function migratingPage(note) {
  return `${note('src/config and scripts/pages/migrating.md.in')}\n${PROSE.replace('<!-- options -->', options)}`;
}

function options() {
  const rows = new Map([
    ...Object.entries(KEYS)
      .filter(([key]) => !key.startsWith(OWN) && !isToCome(key))
      .flatMap(understood),
    ...TO_COME.map((name) => [
      `storage.${name}`,
      ['refused', 'what stands there is read and checked; the store cannot be used yet'],
    ]),
    ...[...HARMLESS].map((key) => [key, ['ignored', 'lading needs none, or does it by itself; no warning']]),
    ...Object.entries(IGNORED)
      .filter(([key]) => !isToCome(key))
      .map(([key, why]) => [key, ['ignored', why]]),
    ...Object.entries(REFUSED).map(([key, { why, harmless }]) => [
      key,
      ['refused', harmless ? `${why}. Where it asks for nothing, it is no hindrance` : why],
    ]),
  ]);
  const sorted = [...rows].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `| Option | Here | |\n|---|---|---|\n${sorted.map(([key, [what, why]]) => `| \`${key}\` | ${what} | ${why} |`).join('\n')}`;
}

/** A row of the table of keys; of a list of sections each member has one. */
function understood([key, row]) {
  const own = [key, row.differs === undefined ? ['same', ''] : ['different', row.differs]];
  const members = Object.entries(row.members ?? {}).flatMap(([member, of]) => understood([`${key}[].${member}`, of]));
  return [own, ...members];
}

function isToCome(key) {
  return TO_COME.includes(driverOfKey(key));
}
