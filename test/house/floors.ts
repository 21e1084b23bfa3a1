/** Reads the imports of `src` and holds them against the table of the floors. */
import { posix } from 'node:path';
import { FLOORS, type Floor } from './floors-table.js';
import { type Sources, withoutComments } from './sources.js';

/** One import of a file. */
interface Import {
  readonly from: string;
  /** A file of `src`, a module of Node or a package. */
  readonly target: string;
  readonly typesOnly: boolean;
}

/** A sentence for each import that the floors do not allow. Paths of the sources begin below `src`. */
export function findBadEdges(sources: Sources, floors: Readonly<Record<string, Floor>> = FLOORS): readonly string[] {
  const findings: string[] = [];
  for (const [file, text] of sources) {
    const name = floorOf(file, floors);
    const floor = floors[name];
    if (floor === undefined) {
      findings.push(`src/${file}: ${name} is no floor of the table`);
      continue;
    }
    for (const edge of importsOf(file, text)) {
      if (isAllowed(edge, name, floors)) continue;
      findings.push(`src/${file} imports ${edge.typesOnly ? 'types of ' : ''}${edge.target}, but may not, because ${floor.why}`);
    }
  }
  return findings;
}

/** Rings of imports, those of types too, each as its files in order: whoever reads one file of a ring has to read all. */
export function findCycles(sources: Sources): readonly string[] {
  const edges = new Map<string, readonly string[]>();
  for (const [file, text] of sources) {
    edges.set(
      file,
      importsOf(file, text)
        .map(({ target }) => target)
        .filter((target) => sources.has(target)),
    );
  }
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, above: readonly string[]): void => {
    const at = above.indexOf(file);
    if (at >= 0) cycles.push([...above.slice(at), file].join(' -> '));
    if (at >= 0 || done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...above, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return cycles;
}

function isAllowed({ target, typesOnly }: Import, name: string, floors: Readonly<Record<string, Floor>>): boolean {
  const floor = floors[name];
  if (floor === undefined) return false;
  if (target.startsWith('node:')) return floor.node.includes('*') || floor.node.includes(target);
  if (!target.includes('.ts') && !target.includes('.cts')) return floor.packages?.includes(target) === true;
  const to = floorOf(target, floors);
  const allowed = typesOnly ? [...floor.values, ...(floor.types ?? [])] : floor.values;
  return to === name || allowed.includes(to) || allowed.includes(target);
}

/** The folder of the table that is nearest to the file; else the first part of its path, a folder or a file that stands alone. */
function floorOf(file: string, floors: Readonly<Record<string, Floor>>): string {
  for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
    if (Object.hasOwn(floors, file.slice(0, end))) return file.slice(0, end);
  }
  return file.split('/', 1)[0] ?? file;
}

const STATEMENT = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?([\w*{}\s,$]*?)\s*from\s*['"]([^'"]+)['"]/g;
const BARE_OR_DYNAMIC = /(?:(?:^|\n)\s*import\s*|\bimport\s*\(\s*)['"]([^'"]+)['"]/g;

function importsOf(file: string, source: string): readonly Import[] {
  const text = withoutComments(source);
  const found: Import[] = [];
  const add = (specifier: string, typesOnly: boolean): void => {
    const target = specifier.startsWith('.')
      ? posix.join(posix.dirname(file), specifier).replace(/\.(c?)js$/, '.$1ts')
      : specifier;
    found.push({ from: file, target, typesOnly });
  };
  for (const [, type, clause = '', specifier = ''] of text.matchAll(STATEMENT))
    add(specifier, type !== undefined || onlyTypes(clause));
  for (const [, specifier = ''] of text.matchAll(BARE_OR_DYNAMIC)) add(specifier, false);
  return found;
}

/** `{ type A, type B }`: nothing is left of it when the program runs. */
function onlyTypes(clause: string): boolean {
  const names = /^\{([\s\S]*)\}$/.exec(clause.trim())?.[1];
  return names?.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type ')) === true;
}
