/** What garbage collection publishes before it takes anything, and how others object. The words of both sides. */
import { type Digest, isDigest } from '../core/digest.js';
import { isRepositoryName, type RepositoryName } from '../core/reference.js';

/** Something that garbage collection may take, and that a writer may need. */
export type Item =
  | { readonly kind: 'blob'; readonly digest: Digest }
  | { readonly kind: 'layer'; readonly name: RepositoryName; readonly digest: Digest }
  | { readonly kind: 'revision'; readonly name: RepositoryName; readonly digest: Digest };

/** One batch of one run. While the phase is `condemned` a veto is still heard; when `deleting`, wait until it is gone. */
export interface CondemnedDocument {
  readonly run: string;
  readonly phase: 'condemned' | 'deleting';
  /** Grows while the run is alive. */
  readonly heartbeat: number;
  readonly items: readonly Item[];
}

/** One key for each item, so that sets can hold them. */
export function itemKey(item: Item): string {
  return item.kind === 'blob' ? `blob ${item.digest}` : `${item.kind} ${item.name} ${item.digest}`;
}

/** What a writer needs to keep: these items, or everything, where it cannot tell. */
export type Claims = readonly Item[] | 'all';

/** The document as bytes. */
export function writeDocument(document: CondemnedDocument): Buffer {
  return Buffer.from(JSON.stringify(document));
}

/** The document; undefined when the bytes are none, which whoever asks must take as condemning everything. */
export function readDocument(bytes: Uint8Array): CondemnedDocument | undefined {
  const value = parseObject(bytes);
  if (value === undefined) return undefined;
  const items = readItems(value['items']);
  const { run, phase, heartbeat } = value;
  if (typeof run !== 'string' || typeof heartbeat !== 'number' || items === undefined) return undefined;
  if (phase !== 'condemned' && phase !== 'deleting') return undefined;
  return { run, phase, heartbeat, items };
}

/** A veto as bytes: the items that stay. */
export function writeVeto(items: Claims): Buffer {
  return Buffer.from(JSON.stringify({ items }));
}

/** What a veto keeps. Everything when the bytes cannot be read: somebody objects, and nobody knows to what. */
export function readVeto(bytes: Uint8Array): Claims {
  return readItems(parseObject(bytes)?.['items']) ?? 'all';
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function readItems(value: unknown): readonly Item[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: Item[] = [];
  for (const entry of value as unknown[]) {
    if (typeof entry !== 'object' || entry === null) return undefined;
    const { kind, digest, name } = entry as Record<string, unknown>;
    if (typeof digest !== 'string' || !isDigest(digest)) return undefined;
    if (kind === 'blob') items.push({ kind, digest });
    else if ((kind === 'layer' || kind === 'revision') && typeof name === 'string' && isRepositoryName(name)) {
      items.push({ kind, name, digest });
    } else return undefined;
  }
  return items;
}
