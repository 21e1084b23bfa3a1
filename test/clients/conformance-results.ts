/** Reads what the OCI conformance program leaves behind: results.yaml for the summary, junit.xml for each test with its requests. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** One test of the program. */
export interface ConformanceTest {
  readonly name: string;
  /** `passed`, or what else the program says: `failure`, `skipped`, `disabled`, … */
  readonly status: string;
  /** What was wrong, and the requests with their answers. Empty when it passed. */
  readonly why: string;
}

/** One run of the program. */
export interface ConformanceResults {
  readonly tests: readonly ConformanceTest[];
  /** Each API and each kind of data with `Pass`, `FAIL`, `Skip`, `Disabled`, … */
  readonly summary: readonly (readonly [name: string, status: string])[];
  /** The counts in one line. */
  readonly counts: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Throws when a file is missing or holds no tests, which is how a wrong configuration of the program shows. */
export async function readResults(folder: string): Promise<ConformanceResults> {
  const summary = parse(await readFile(join(folder, 'results.yaml'), 'utf8')) as Record<'apis' | 'data', Record<string, string>>;
  const junit = await readFile(join(folder, 'junit.xml'), 'utf8');
  const tests = junit.split('<testcase ').slice(1).map(readTest);
  if (tests.length === 0) throw new Error('junit.xml names no tests');
  const suite = /<testsuites ([^>]*)>/.exec(junit)?.[1] ?? '';
  return { tests, summary: [...Object.entries(summary.apis), ...Object.entries(summary.data)], counts: suite };
}

function readTest(text: string): ConformanceTest {
  const status = attribute(text, 'status');
  const why = status === 'passed' ? '' : `${element(text, 'system-out')}\n${element(text, 'system-err')}`;
  return { name: attribute(text, 'name').replace('OCI Conformance Test/', ''), status, why };
}

function attribute(text: string, name: string): string {
  return decode(new RegExp(`(?:^| )${name}="([^"]*)"`).exec(text)?.[1] ?? '');
}

function element(text: string, name: string): string {
  return decode(new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '');
}

function decode(text: string): string {
  return text.replaceAll(/&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([a-z]+));/g, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name ?? ''] ?? whole;
  });
}
