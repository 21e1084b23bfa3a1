/** Lists of sections: each section is checked as the row says, and each fault and warning names the place in the file. */
import type { Place } from './document.js';
import type { ListRow, MemberRow, Members } from './rows.js';
import { formOf, shownValue } from './shown.js';
import { VALUES } from './values.js';

/** What was found. */
interface CollectedList {
  readonly sections: readonly Readonly<Record<string, unknown>>[];
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** Checks a value that ought to be a list of such sections. None is an empty list. */
export function collectList({ members }: ListRow, value: unknown, path: readonly string[], place: Place): CollectedList {
  const faults: string[] = [];
  const warnings: string[] = [];
  if (value === null || value === undefined) return { sections: [], faults, warnings };
  if (!Array.isArray(value)) {
    faults.push(`${place(path)}: ${path.join('.')} is ${formOf(value)}; expected a list of sections`);
    return { sections: [], faults, warnings };
  }
  const sections = value.map((item: unknown, index) => {
    const at = [...path, String(index)];
    const found = new Map<string, unknown>();
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      faults.push(`${place(at)}: ${nameOf(at)} is ${formOf(item)}; expected a section with ${neededOf(members)}`);
    else collectMembers({ members, item: at, found, faults, warnings, place }, item, []);
    return completed(members, found);
  });
  return { sections, faults, warnings };
}

/** Whether a member of an item is known at that path: a number, then the names. */
export function mayStandInList({ members }: ListRow, [, ...names]: readonly string[]): boolean {
  if (names.length === 0) return true;
  // Below a member is its value, which may be a section of its own.
  const wanted = `${names.join('.')}.`;
  return Object.keys(members).some((known) => wanted.startsWith(`${known}.`) || known.startsWith(wanted));
}

interface Item {
  readonly members: Members;
  /** Where the section stands. */
  readonly item: readonly string[];
  readonly found: Map<string, unknown>;
  readonly faults: string[];
  readonly warnings: string[];
  readonly place: Place;
}

function collectMembers(into: Item, section: object, above: readonly string[]): void {
  const { members, item, found, faults, warnings, place } = into;
  for (const [name, value] of Object.entries(section)) {
    const path = [...above, name];
    const member = path.join('.');
    const at = (): string => `${place([...item, ...path])}: ${nameOf([...item, ...path])}`;
    const row = !name.includes('.') && Object.hasOwn(members, member) ? members[member] : undefined;
    if (row) readMember(row, value, at, { set: (read) => found.set(member, read), fault: (text) => faults.push(text) });
    else if (Object.keys(members).every((known) => !known.startsWith(`${member}.`)))
      warnings.push(`${at()} is not known, and has no effect`);
    else if (typeof value === 'object' && !Array.isArray(value)) collectMembers(into, value ?? {}, path);
    else faults.push(`${at()} is ${formOf(value)}; expected a section`);
  }
  if (above.length > 0) return;
  for (const [member, { needed }] of Object.entries(members))
    if (needed && !found.has(member)) faults.push(`${place(item)}: ${nameOf(item)} has no ${member}`);
}

function readMember(
  { type, secret }: MemberRow,
  value: unknown,
  at: () => string,
  { set, fault }: { set(read: unknown): void; fault(text: string): void },
): void {
  if (value === null) return;
  const { expected, schema } = VALUES[type];
  const result = schema.safeParse(value);
  set(result.success ? result.data : undefined);
  if (!result.success) fault(`${at()} is ${secret ? formOf(value) : shownValue(value)}; expected ${expected}`);
}

/** With the defaults of what was not given. */
function completed(members: Members, found: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(members).map(([member, row]) => [
    member,
    found.has(member) || row.default === undefined ? found.get(member) : VALUES[row.type].schema.parse(row.default),
  ]);
  return Object.fromEntries(entries);
}

/** `notifications.endpoints[0].url`: numbers in brackets. */
function nameOf(path: readonly string[]): string {
  return path.map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

function neededOf(members: Members): string {
  const needed = Object.keys(members).filter((member) => members[member]?.needed);
  return (needed.length > 0 ? needed : Object.keys(members)).join(', ');
}
