/**
 * Variables of the environment by which registry:2's settings are overridden. They are not read here, so none may pass in
 * silence: one that would be refused in a file is refused, and others are named.
 */
import { parse } from 'yaml';
import { type Collected, collect, createCollected } from './collect.js';
import { SECTIONS } from './foreign.js';

/** Read by `serve`, as by registry:2, where no file is named. */
export const CONFIGURATION_PATH = 'REGISTRY_CONFIGURATION_PATH';

const PREFIX = 'REGISTRY_';

/** What the variables would have set. `faults` must stop the start. */
export interface EnvironmentFindings {
  readonly faults: readonly string[];
  /** Sentences, one for each variable that has no effect. */
  readonly warnings: readonly string[];
}

/** Looks at all variables. Those of other programs that begin alike, such as `REGISTRY_PORT` of a Kubernetes service, are none. */
export function findOverrides(environment: Readonly<Record<string, string | undefined>>): EnvironmentFindings {
  const faults: string[] = [];
  const warnings: string[] = [];
  for (const [name, text = ''] of Object.entries(environment).sort(byName)) {
    if (!name.startsWith(PREFIX) || name === CONFIGURATION_PATH) continue;
    const path = name.slice(PREFIX.length).toLowerCase().split('_');
    if (!SECTIONS.has(path[0] ?? '')) continue;
    const found = collectOne(name, path, text);
    const refused = found.faults.filter((fault) => fault.includes(' cannot be honoured: '));
    faults.push(...refused);
    if (refused.length === 0) {
      warnings.push(`${name} has no effect: set ${path.join('.')} in a configuration file instead`);
    }
  }
  return { faults, warnings };
}

function collectOne(name: string, path: readonly string[], text: string): Collected {
  const found = createCollected();
  const section = path.reduceRight<unknown>((inner, part) => ({ [part]: inner }), yamlValue(text));
  collect(found, Object(section), () => `${name} in the environment`);
  return found;
}

/** Values are YAML, as registry:2 has it; what is not is a text. */
function yamlValue(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
