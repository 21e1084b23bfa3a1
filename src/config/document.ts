/** A YAML file as plain values, with the line of each. */
import { type Document, isCollection, isNode, isSeq, LineCounter, parseDocument } from 'yaml';
import { ConfigurationError } from './configuration-error.js';

/** Says where a key stands, for a person. Items of lists have their numbers in the path. */
export type Place = (path: readonly string[]) => string;

/** A file that has been read. */
export interface ConfigurationDocument {
  /** Undefined for an empty file. */
  readonly value: unknown;
  /** `<file>:<line>` of the key at that path; of the nearest one above it when it came in through an alias. */
  readonly place: Place;
}

/** Aliases that a file may use, so that a few lines cannot become gigabytes. */
const MAX_ALIASES = 100;

/** Reads the text of a file. A ConfigurationError with the place when it is not YAML, or has a key twice. */
export function readDocument(file: string, text: string): ConfigurationDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false, logLevel: 'error' });
  const placeAt = (offset: number): string => `${file}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    throw new ConfigurationError(document.errors.map((error) => `${placeAt(error.pos[0])}: ${faultIn(error.message)}`));
  }
  const offsetOf = (path: readonly string[]): number | undefined => {
    const parent = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    if (!isCollection(parent)) return undefined;
    const item = isSeq(parent) ? parent.items[Number(path.at(-1))] : undefined;
    if (isNode(item) && item.range) return item.range[0];
    for (const item of parent.items) {
      if (isPairOf(item, path.at(-1))) return item.key.range[0];
    }
    return undefined;
  };
  return {
    value: plainValue(document, file),
    place(path) {
      for (let length = path.length; length > 0; length--) {
        const offset = offsetOf(path.slice(0, length));
        if (offset !== undefined) return placeAt(offset);
      }
      return file;
    },
  };
}

function plainValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw new ConfigurationError([`${file}: ${error instanceof Error ? faultIn(error.message) : String(error)}`]);
  }
}

/** A pair of a parsed mapping whose key is written out. */
interface WrittenPair {
  readonly key: { readonly value: unknown; readonly range: readonly [number, number, number] };
}

function isPairOf(item: unknown, name: string | undefined): item is WrittenPair {
  const { key } = item as { key?: { value?: unknown; range?: unknown } };
  return typeof key === 'object' && key !== null && String(key.value) === name && Array.isArray(key.range);
}

/** What is wrong, without what stands there: behind a colon the parser quotes it, and it may be a password (`secret: *a`). */
function faultIn(text: string): string {
  return text.split(/:\s|\n/, 1)[0] ?? text;
}
