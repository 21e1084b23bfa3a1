/** What may stand in some places of `src` only, as a table of patterns over the code without its comments. */
import { lineOf, type Sources, withoutComments } from './sources.js';

/** One rule. */
interface Rule {
  /** What must not be there. */
  readonly pattern: RegExp;
  /** Where it is looked for, as beginnings of paths below `src`; everywhere when not given. */
  readonly within?: readonly string[];
  /** Where it may be all the same. */
  readonly except: readonly string[];
  /** A sentence. */
  readonly why: string;
}

/** The table. */
export const RULES: Readonly<Record<string, Rule>> = {
  'a path that is claimed to be one': {
    pattern: /\bas StoragePath\b/g,
    except: ['paths/', 'driver/'],
    why: 'paths come from the layout, and from drivers for what they list',
  },
  'a path above the store': {
    pattern: /\bStoragePath\b/g,
    within: ['registry/', 'http/', 'manifest/', 'log/', 'metrics/', 'config/', 'cli/', 'compose/', 'index.ts'],
    except: [],
    why: 'above the store things have names and digests, not paths',
  },
  'a word of the layout': {
    pattern:
      /(['"`])(?:(?!\1)[^\n])*?(?:docker\/registry|_layers\b|_manifests\b|_uploads\b|_referrers\b|_history\b|_trash\b|_gc\b|\bhashstates\b|\bstartedat\b)/g,
    except: ['paths/layout.ts', 'paths/ages/'],
    why: 'each form of the layout is one table; whoever needs a place in it names its kind',
  },
  'a path that is put together or taken apart': {
    pattern:
      /\.(?:split|join|indexOf|lastIndexOf)\(\s*(['"`])\/\1|\$\{[^}`]*\}\/|[\w)\]]\/\$\{|\+\s*(['"`])\/|(['"`])\/\3\s*\+|['"]node:path/g,
    within: ['store/', 'registry/'],
    except: [],
    why: 'a path is built by pathFor and read by parsePath, so that walkers and another layout need no second look',
  },
  'a status': {
    pattern: /\bstatus(?:Code)?\b\s*(?::|=(?!=))\s*[45]\d\d\b/g,
    except: ['core/errors.ts', 'http/'],
    why: 'which status an error has is said by the table of errors and by the wire',
  },
};

/** A sentence for each place where something stands that may not. */
export function findBrokenRules(sources: Sources): readonly string[] {
  const findings: string[] = [];
  for (const [file, text] of sources) {
    const code = withoutComments(text);
    for (const [what, { pattern, within = [''], except, why }] of Object.entries(RULES)) {
      if (!startsWithAny(file, within) || startsWithAny(file, except)) continue;
      for (const match of code.matchAll(pattern)) {
        findings.push(`src/${file}:${lineOf(code, match.index)}: ${what} may not stand here: ${why}`);
      }
    }
  }
  return findings;
}

/** Files named `index.ts` other than the public entry: they would hide from where a name comes. */
export function findIndexFiles(sources: Sources): readonly string[] {
  return [...sources.keys()]
    .filter((file) => /(?:^|\/)index\.ts$/.test(file) && file !== 'index.ts')
    .map((file) => `src/${file}`);
}

function startsWithAny(file: string, beginnings: readonly string[]): boolean {
  return beginnings.some((beginning) => file.startsWith(beginning));
}
