/** Every key of registry:2's config.yml beside what it does here: for the manuals, made from the tables that rule the start. */
import { HARMLESS, IGNORED, REFUSED } from './foreign.js';
import { KEYS } from './keys.js';
import { isList, type Row } from './rows.js';

/** What becomes of a key. `unneeded` is ignored too, without a warning, since nobody can miss what it asks for. */
export type Fate = 'same' | 'different' | 'ignored' | 'unneeded' | 'refused';

/** One key. */
export interface ComparedKey {
  /** As in the file; members of the sections of a list as `list[].member`. */
  readonly key: string;
  readonly fate: Fate;
  /** What is not as in registry:2, or why it is so; nothing for what is the same. */
  readonly note: string;
}

/** All of them, those that have an effect first. Keys that only lading has are not among them. */
export function comparedKeys(): readonly ComparedKey[] {
  return [
    ...Object.entries<Row>(KEYS)
      .filter(([key]) => !key.startsWith('lading.'))
      .flatMap(([key, row]) => [compared(key, row), ...membersOf(key, row)]),
    ...Object.entries(IGNORED).map(([key, note]) => ({ key, fate: 'ignored', note }) as const),
    ...[...HARMLESS].map((key) => ({ key, fate: 'unneeded', note: '' }) as const),
    ...Object.entries(REFUSED).map(([key, { why }]) => ({ key, fate: 'refused', note: why }) as const),
  ];
}

function membersOf(key: string, row: Row): readonly ComparedKey[] {
  if (!isList(row)) return [];
  return Object.entries(row.members).map(([member, inner]) => compared(`${key}[].${member}`, inner));
}

function compared(key: string, { differs }: { readonly differs?: string }): ComparedKey {
  return differs === undefined ? { key, fate: 'same', note: '' } : { key, fate: 'different', note: differs };
}
