/**
 * Numbers of tar headers: octal text, or base-256 where the first bit is set (GNU); decimal text in pax records. A bigint
 * only where a number would lose digits. What readers of the time and later ones read differently is refused.
 */
import { Refusal } from './refusal.js';

/** Not negative, below 2^63. */
export type Count = number | bigint;

const SPACE = 0x20;
const ZERO = 0x30;
const MAX = 2n ** 63n - 1n;
/** Digits that a number holds for certain. */
const MAX_NUMBER_DIGITS = 15;

/** The number in a field of a header; an empty one is 0. */
export function readNumber(block: Uint8Array, start: number, end: number): Count {
  return (block[start] ?? 0) >= 0x80 ? readBase256(block, start, end) : readOctal(block, start, end);
}

/** At most 12 digits, so that no number is too large. */
function readOctal(block: Uint8Array, start: number, end: number): number {
  let first = start;
  let last = end;
  while (first < last && isBlank(block[first])) first++;
  while (first < last && isBlank(block[last - 1])) last--;
  let value = 0;
  for (let at = first; at < last; at++) {
    const digit = (block[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 7) throw new Refusal('header-number');
    value = value * 8 + digit;
  }
  return value;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === 0;
}

function readBase256(block: Uint8Array, start: number, end: number): Count {
  // The second bit is the sign for readers of 2018; those of 2014 took it for a digit.
  if (((block[start] ?? 0) & 0x40) !== 0) throw new Refusal('negative-number');
  let value = BigInt((block[start] ?? 0) & 0x3f);
  for (let at = start + 1; at < end; at++) value = value * 256n + BigInt(block[at] ?? 0);
  return narrowed(value);
}

/** The number in a pax record. */
export function readDecimal(value: Buffer): Count {
  const text = value.toString('latin1');
  if (/^-[0-9]/.test(text)) throw new Refusal('negative-number');
  if (!/^[0-9]+$/.test(text)) throw new Refusal('header-number');
  return text.length <= MAX_NUMBER_DIGITS ? Number(text) : narrowed(BigInt(withoutZeros(text)));
}

/** The seconds of a time in a pax record; its fraction is dropped. */
export function readSeconds(value: Buffer): Count {
  const point = value.indexOf('.');
  if (point < 0) return readDecimal(value);
  if (!/^[0-9]*$/.test(value.toString('latin1', point + 1))) throw new Refusal('header-number');
  return readDecimal(value.subarray(0, point));
}

/** A megabyte of digits is no reason to do sums with them. */
function withoutZeros(digits: string): string {
  const text = digits.replace(/^0+(?=.)/, '');
  if (text.length > MAX.toString().length) throw new Refusal('header-number');
  return text;
}

function narrowed(value: bigint): Count {
  if (value > MAX) throw new Refusal('header-number');
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}
