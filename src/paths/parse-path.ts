import { byteOrder } from '../core/pages.js';
import { type Kind, LAYOUT, ROOT, type Row, type Variable } from './layout.js';
import type { ValuesFor } from './path-for.js';
import { SPELLINGS, type Values } from './variables.js';

/** What a path means. */
export type PathSpec = { [K in Kind]: { readonly kind: K } & ValuesFor<K> }[Kind];

interface Template {
  readonly kind: Kind;
  readonly parts: readonly string[];
}

const TEMPLATES: readonly Template[] = Object.entries<Row>(LAYOUT)
  .map(([kind, row]) => ({ kind: kind as Kind, parts: row.path.split('/') }))
  .sort((a, b) => byteOrder(a.kind, b.kind));

/**
 * What the path means, or undefined when the layout has no such place. Undoes `pathFor`: it matches the whole path from
 * the root, and only the one way to spell it. At most one kind matches a path.
 */
export function parsePath(path: string): PathSpec | undefined {
  if (!path.startsWith(`${ROOT}/`)) return undefined;
  const parts = path.slice(ROOT.length + 1).split('/');
  for (const { kind, parts: template } of TEMPLATES) {
    const values = match(template, 0, parts, 0);
    if (values) return { kind, ...values } as PathSpec;
  }
  return undefined;
}

function match(template: readonly string[], t: number, parts: readonly string[], p: number): Partial<Values> | undefined {
  const wanted = template[t];
  if (wanted === undefined) return p === parts.length ? {} : undefined;
  if (!wanted.startsWith('<')) return wanted === parts[p] ? match(template, t + 1, parts, p + 1) : undefined;
  const variable = wanted.slice(1, -1) as Variable;
  const spelling = SPELLINGS[variable];
  const room = parts.length - p - (template.length - t - 1);
  const spans = spelling.parts === 'any' ? Array.from({ length: Math.max(room, 0) }, (_, i) => i + 1) : spelling.parts;
  for (const span of spans) {
    if (span > room) break;
    const value = spelling.read(parts.slice(p, p + span).join('/'));
    if (value === undefined) continue;
    const rest = match(template, t + 1, parts, p + span);
    if (rest) return { [variable]: value, ...rest };
  }
  return undefined;
}
