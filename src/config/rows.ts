/** What a row of the table of keys may be. The rows themselves are in `keys/`. */
import type { ValueName, ValueOf } from './values.js';

/** What every row has. */
interface AnyRow {
  /** For the manual. */
  readonly about: string;
  /** What is not as in registry:2, as a sentence; nothing when it is the same. */
  readonly differs?: string;
}

/** A key with one value. */
interface PlainRow extends AnyRow {
  readonly type: ValueName;
  /** As it would be written, without a configuration file; undefined: not set. */
  readonly bare: unknown;
  /** As it would be written, with a configuration file that does not have the key: what registry:2 does. */
  readonly file: unknown;
  /** Whether its value is shown to nobody. */
  readonly secret?: true;
}

/** A member of each section of a list. Members of members have a dot in their names: `ignore.actions`. */
export interface MemberRow extends AnyRow {
  readonly type: ValueName;
  /** As it would be written where the member is not given; undefined: not set. */
  readonly default: unknown;
  /** A section without it is a fault. */
  readonly needed?: true;
  readonly secret?: true;
}

/** A key with a list of sections. An empty list when it is not given. */
export interface ListRow extends AnyRow {
  readonly members: Members;
}

/** What a section of a list may have. */
export type Members = Readonly<Record<string, MemberRow>>;

/** One key. */
export type Row = PlainRow | ListRow;

/** Some rows of the table. */
export type Rows = Readonly<Record<string, Row>>;

/** What a row is read as. */
export type RowValue<R> = R extends { members: infer M extends Members }
  ? readonly SectionOf<M>[]
  : R extends { type: infer T extends ValueName; bare: infer B }
    ? ValueOf<T> | (B extends undefined ? undefined : never)
    : never;

/** A section of a list, checked. */
export type SectionOf<M extends Members> = {
  readonly [N in keyof M]: ValueOf<M[N]['type']> | (M[N] extends { default: undefined; needed?: never } ? undefined : never);
};

/** True for a row whose key has a list of sections. */
export function isList(row: Row): row is ListRow {
  return 'members' in row;
}
