/**
 * Runs an expression by going along all its ways at once, one character at a time, each place of the program at most once
 * for each: so the time is bounded by the length of the text times that of the program.
 */
import type { CharSet } from './char-set.js';
import { type Node, type Place, wrong } from './tree.js';

type Step =
  | { readonly kind: 'chars'; readonly set: CharSet }
  | { readonly kind: 'place'; readonly place: Place }
  /** Goes on at each of these. */
  | { readonly kind: 'fork'; to: readonly number[] }
  | { readonly kind: 'found' };

/** Steps; what follows a step is the next one, but for forks. */
export type Program = readonly Step[];

/** More than any sensible expression has: each may cost time for each character. */
const MAX_STEPS = 2000;

/** The program of an expression. Throws when it is too large. */
export function compile(node: Node): Program {
  const steps: Step[] = [];
  write(steps, node);
  steps.push({ kind: 'found' });
  return steps;
}

function write(steps: Step[], node: Node): void {
  if (steps.length > MAX_STEPS) throw wrong('it is too large: repeat less');
  switch (node.kind) {
    case 'chars':
    case 'place':
      steps.push(node);
      return;
    case 'sequence':
      for (const each of node.nodes) write(steps, each);
      return;
    case 'choice':
      writeChoice(steps, node.nodes);
      return;
    case 'repeat':
      for (let times = 0; times < node.least; times++) write(steps, node.node);
      if (node.most === Number.POSITIVE_INFINITY) writeLoop(steps, node.node);
      else for (let times = node.least; times < node.most; times++) writeOptional(steps, node.node);
  }
}

function writeChoice(steps: Step[], nodes: readonly Node[]): void {
  const begin = fork(steps);
  const ends: { to: readonly number[] }[] = [];
  const starts: number[] = [];
  for (const each of nodes) {
    starts.push(steps.length);
    write(steps, each);
    ends.push(fork(steps));
  }
  begin.to = starts;
  for (const end of ends) end.to = [steps.length];
}

function writeLoop(steps: Step[], node: Node): void {
  const at = steps.length;
  const begin = fork(steps);
  write(steps, node);
  fork(steps).to = [at];
  begin.to = [at + 1, steps.length];
}

function writeOptional(steps: Step[], node: Node): void {
  const begin = fork(steps);
  const at = steps.length;
  write(steps, node);
  begin.to = [at, steps.length];
}

function fork(steps: Step[]): { to: readonly number[] } {
  const step = { kind: 'fork' as const, to: [] as readonly number[] };
  steps.push(step);
  return step;
}

const NOTHING = -1;
const NEWLINE = 10;

/** Whether the program finds a match anywhere in the text. */
export function runs(program: Program, text: string): boolean {
  let waiting: number[] = [];
  // At which character each step was come to last, so that none is come to twice.
  const seenAt = new Int32Array(program.length).fill(NOTHING);
  const stack: number[] = [];
  let before = NOTHING;
  for (let at = 0, turn = 0; ; turn++) {
    const after = text.codePointAt(at) ?? NOTHING;
    const next: number[] = [];
    stack.push(0, ...waiting);
    for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
      if (seenAt[step] === turn) continue;
      seenAt[step] = turn;
      const found = program[step];
      if (found === undefined || found.kind === 'found') return true;
      if (found.kind === 'fork') stack.push(...found.to);
      else if (found.kind === 'place') {
        if (isAt(found.place, before, after)) stack.push(step + 1);
      } else if (after !== NOTHING && found.set.has(after)) next.push(step + 1);
    }
    if (after === NOTHING) return false;
    waiting = next;
    before = after;
    at += after > 0xffff ? 2 : 1;
  }
}

function isAt(place: Place, before: number, after: number): boolean {
  switch (place) {
    case 'start':
      return before === NOTHING;
    case 'end':
      return after === NOTHING;
    case 'lineStart':
      return before === NOTHING || before === NEWLINE;
    case 'lineEnd':
      return after === NOTHING || after === NEWLINE;
    case 'edge':
      return isWord(before) !== isWord(after);
    case 'noEdge':
      return isWord(before) === isWord(after);
  }
}

function isWord(codePoint: number): boolean {
  if (codePoint < 0x30 || codePoint > 0x7a) return false;
  return codePoint <= 0x39 || codePoint === 0x5f || codePoint >= 0x61 || (codePoint >= 0x41 && codePoint <= 0x5a);
}
