/** Reads an expression in the syntax of Go (RE2), from left to right. What Go refuses is refused. */
import { type CharSetParts, createCharSet, literal } from './char-set.js';
import { type Cursor, createCursor } from './cursor.js';
import { readBrackets, readClass, readEscaped } from './escapes.js';
import { type Node, type Place, wrong } from './tree.js';

/** Flags that hold where an expression is read: `(?i)`, `(?m)`, `(?s)`. Greed (`U`) changes nothing of whether it matches. */
interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

const MAX_DEPTH = 200;
const MAX_REPEAT = 1000;

/** The tree of an expression. Throws an Error that says what is wrong with it. */
export function parsePattern(source: string): Node {
  const cursor = createCursor(source);
  const node = readChoice(cursor, { i: false, m: false, s: false }, 0);
  if (cursor.peek() !== '') throw wrong(') without its (');
  return node;
}

function readChoice(cursor: Cursor, outer: Flags, depth: number): Node {
  if (depth > MAX_DEPTH) throw wrong('groups are nested too deeply');
  const nodes: Node[] = [];
  let flags = outer;
  do {
    const sequence: Node[] = [];
    let isRepeated = false;
    for (let next = cursor.peek(); next !== '' && next !== '|' && next !== ')'; next = cursor.peek()) {
      const times = readTimes(cursor);
      if (times) repeatLast(sequence, times, isRepeated);
      else {
        // Flags that are set here hold to the end of the group, whatever stands between.
        const set = readFlags(cursor);
        if (set?.isGroup === false) flags = { ...flags, ...set.flags };
        else if (set) sequence.push(readGroup(cursor, { ...flags, ...set.flags }, depth));
        else sequence.push(...readAtoms(cursor, flags, depth));
      }
      isRepeated = times !== undefined;
    }
    nodes.push({ kind: 'sequence', nodes: sequence });
  } while (cursor.take('|'));
  return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'choice', nodes };
}

/** `(?flags)` or the head of `(?flags:...)`; undefined when something else is next. */
function readFlags(cursor: Cursor): { flags: Partial<Flags>; isGroup: boolean } | undefined {
  const found = cursor.match(/\(\?([imsU]*)(?:-([imsU]+))?([:)])/y);
  if (found === undefined) return undefined;
  const flags: Partial<Record<keyof Flags, boolean>> = {};
  for (const [letters = '', value] of [[found[1], true] as const, [found[2], false] as const])
    for (const letter of letters) if (letter === 'i' || letter === 'm' || letter === 's') flags[letter] = value;
  return { flags, isGroup: found[3] === ':' };
}

function readGroup(cursor: Cursor, flags: Flags, depth: number): Node {
  const node = readChoice(cursor, flags, depth + 1);
  if (!cursor.take(')')) throw wrong('( without its )');
  return node;
}

/** One thing; several, or none, for what is quoted. */
function readAtoms(cursor: Cursor, flags: Flags, depth: number): readonly Node[] {
  const quoted = cursor.match(/\\Q([\s\S]*?)(?:\\E|$)/y);
  if (quoted) return [...(quoted[1] ?? '')].map((character) => one(character.codePointAt(0) ?? 0, flags));
  return [readAtom(cursor, flags, depth)];
}

function readAtom(cursor: Cursor, flags: Flags, depth: number): Node {
  if (cursor.match(/\(\?P?<[A-Za-z0-9_]+>/y)) return readGroup(cursor, flags, depth);
  if (cursor.match(/\(\?/y)) throw wrong('a group of a kind that is not known: what comes before or behind cannot be looked at');
  if (cursor.take('(')) return readGroup(cursor, flags, depth);
  if (cursor.take('[')) return chars(readBrackets(cursor), flags);
  if (cursor.take('.')) return chars({ positive: flags.s ? '' : '\\n', negative: [], inverted: true }, flags);
  if (cursor.take('^')) return { kind: 'place', place: flags.m ? 'lineStart' : 'start' };
  if (cursor.take('$')) return { kind: 'place', place: flags.m ? 'lineEnd' : 'end' };
  if (cursor.take('\\')) return readBackslash(cursor, flags);
  return one(cursor.next().codePointAt(0) ?? 0, flags);
}

const PLACES: Readonly<Record<string, Place>> = { A: 'start', z: 'end', b: 'edge', B: 'noEdge' };

function readBackslash(cursor: Cursor, flags: Flags): Node {
  const letter = cursor.match(/[AzbB]/y)?.[0];
  const place = letter === undefined ? undefined : PLACES[letter];
  if (place) return { kind: 'place', place };
  const parts = readClass(cursor);
  return parts ? chars(parts, flags) : one(readEscaped(cursor), flags);
}

const REPEAT = /\{(\d+)(,?)(\d*)\}\??/y;
const OPERATORS: Readonly<Record<string, readonly [number, number]>> = {
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
  '?': [0, 1],
};

/** What was read last, as often as is said behind it. */
function repeatLast(sequence: Node[], [least, most]: readonly [number, number], isRepeated: boolean): void {
  const node = sequence.pop();
  if (node === undefined) throw wrong('nothing stands before what says how often');
  if (isRepeated) throw wrong('what says how often stands twice');
  sequence.push({ kind: 'repeat', node, least, most });
}

/** How often, when that is next. Whether as seldom as can be (`*?`) makes no difference here. */
function readTimes(cursor: Cursor): readonly [number, number] | undefined {
  const operator = cursor.match(/([*+?])\??/y)?.[1];
  if (operator !== undefined) return OPERATORS[operator];
  // What is not of this form stands for itself.
  const found = cursor.match(REPEAT);
  if (found === undefined) return undefined;
  const least = Number(found[1]);
  const most = found[2] === '' ? least : found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
  const largest = most === Number.POSITIVE_INFINITY ? least : most;
  if (least > most || largest > MAX_REPEAT) throw wrong(`${found[0]} is no number of times from 0 to ${MAX_REPEAT}`);
  return [least, most];
}

function one(codePoint: number, flags: Flags): Node {
  return chars({ positive: literal(codePoint), negative: [], inverted: false }, flags);
}

function chars(parts: CharSetParts, { i }: Flags): Node {
  return { kind: 'chars', set: createCharSet(parts, i) };
}
