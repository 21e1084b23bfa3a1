/** The configuration that a start would have, value by value as it is written, with the origin of each and no secret. */
import { driverOf, driverOfKey } from './drivers.js';
import { isKey, KEYS, type Key } from './keys.js';
import type { Examined } from './load.js';
import { isList, type ListRow, type Row } from './rows.js';
import { HIDDEN, hidden } from './shown.js';

/** Stands in place of what is a fault: who writes a password at a wrong place must not find it in the output. */
const WRONG = '(a fault)';

/** Of these sections defaults are shown only where they are used. */
const SECTIONS = ['auth.token.', 'http.tls.'];

/** One value. */
export interface EffectiveValue {
  /** As in the file; what stands in lists and in maps has a line of its own: `list[0].member`, `map.name`. */
  readonly key: string;
  /** As it would be written; secrets are replaced. */
  readonly value: unknown;
  /** `<file>:<line>`, a variable, a flag, or `default`. */
  readonly origin: string;
}

/** All that have a value, but for parameters of storage drivers that are not the one that is used. */
export function effectiveValues(examined: Examined): readonly EffectiveValue[] {
  const driver = driverOf(examined.configuration);
  return Object.keys(KEYS)
    .filter(isKey)
    .filter((key) => [undefined, driver].includes(driverOfKey(key)) && isInUse(key, examined))
    .flatMap((key) => valuesOf(key, KEYS[key], examined));
}

function isInUse(key: Key, { written }: Examined): boolean {
  const section = SECTIONS.find((one) => key.startsWith(one));
  return section === undefined || [...written.keys()].some((one) => one.startsWith(section));
}

function valuesOf(key: Key, row: Row, { written, wrong, place, defaults }: Examined): readonly EffectiveValue[] {
  const source = written.get(key);
  if (source !== undefined && wrong.has(key)) return [{ key, value: WRONG, origin: place(source.path) }];
  if (isList(row)) return source === undefined ? [] : itemsOf(key, row, source.value, { place, path: source.path });
  if (source === undefined) return row[defaults] === undefined ? [] : [{ key, value: row[defaults], origin: 'default' }];
  const { value, path } = source;
  if (row.secret) return [{ key, value: HIDDEN, origin: place(path) }];
  if (!isMap(value)) return [{ key, value: hidden(value), origin: place(path) }];
  // Of one map some names may be from the file, and some from the environment.
  return Object.entries(hidden(value) as object).map(([name, inner]: [string, unknown]) => ({
    key: `${key}.${name}`,
    value: inner,
    origin: place([...path, name]),
  }));
}

type Source = Pick<Examined, 'place'> & { readonly path: readonly string[] };

function itemsOf(key: Key, { members }: ListRow, list: unknown, { place, path }: Source): readonly EffectiveValue[] {
  // Anything else is a fault, which says so.
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, index) =>
    Object.entries(members).flatMap(([member, row]) => {
      const names = member.split('.');
      const value = names.reduce<unknown>((inner, name) => (isMap(inner) ? inner[name] : undefined), item) ?? undefined;
      if (value === undefined && row.default === undefined) return [];
      const origin = value === undefined ? 'default' : place([...path, String(index), ...names]);
      const shown = row.secret && value !== undefined ? HIDDEN : hidden(value ?? row.default);
      return [{ key: `${key}[${index}].${member}`, value: shown, origin }];
    }),
  );
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
}
