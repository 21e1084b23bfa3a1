/** `lading config check --going-back`: what registry:2 could not cope with in the store, as lines for a person or for a program. */
import { visible, visibleJson } from '../core/visible.js';
import { examineGoingBack, type Finding } from '../maintenance/going-back/examine.js';
import { TROUBLES, type TroubleName } from '../maintenance/going-back/troubles.js';
import { countText } from './amounts.js';
import { EXIT } from './exit-codes.js';
import { createProgressLine } from './progress-line.js';
import { openCommandStore, type StoreOptions } from './store.js';

/** Looks through the store that a server with the same arguments would serve, and prints. Sets the exit code. */
export async function listGoingBack(
  file: string | undefined,
  { json, ...options }: StoreOptions & { readonly json: boolean },
): Promise<void> {
  const { driver, stores, registry } = await openCommandStore(file, options, 'reading');
  const progress = createProgressLine();
  const counts = new Map<TroubleName, number>();
  const looked = { repositories: 0, manifests: 0 };
  try {
    const findings = examineGoingBack({
      driver,
      stores,
      onProgress({ at, ...now }) {
        Object.assign(looked, now);
        progress.show(`${countText(now.manifests, MANIFESTS)} of ${countText(now.repositories, REPOSITORIES)}: ${at}`);
      },
    });
    for await (const page of findings) {
      progress.around(() => {
        for (const finding of page) {
          counts.set(finding.trouble, (counts.get(finding.trouble) ?? 0) + 1);
          console.log(
            json
              ? visibleJson(JSON.stringify({ finding: { ...finding, ...TROUBLES[finding.trouble] } }))
              : visible(lineOf(finding)),
          );
        }
      });
    }
  } finally {
    progress.clear();
    await registry.close();
  }
  if (json) console.log(JSON.stringify({ report: { ...looked, found: Object.fromEntries(counts) } }));
  else printSummary(counts, looked);
  if (counts.size > 0) process.exitCode = EXIT.failure;
}

const MANIFESTS = ['manifest', 'manifests'] as const;
const REPOSITORIES = ['repository', 'repositories'] as const;

/** `name:tag` alone would not tell which manifest it was when it was looked at. */
function lineOf({ trouble, repository, digest, tags = [], moreTags = 0, count }: Finding): string {
  const more = moreTags > 0 ? ` and ${moreTags} more` : '';
  const tagged = digest === undefined ? '' : tags.length > 0 ? ` (${tags.join(', ')}${more})` : ' (no tag)';
  const where = repository === undefined ? 'the store' : digest === undefined ? repository : `${repository}@${digest}${tagged}`;
  return `${trouble}  ${where}${count === undefined ? '' : `: ${count}`}`;
}

function printSummary(counts: ReadonlyMap<TroubleName, number>, looked: { repositories: number; manifests: number }): void {
  for (const [name, count] of counts) {
    const { what, in28, in3, advice } = TROUBLES[name];
    console.log(`\n${name} (${count}): ${what}\n  2.8: ${in28}\n  3:   ${in3}\n  do:  ${advice}`);
  }
  if (counts.size > 0) console.log('');
  const all = `${countText(looked.manifests, MANIFESTS)} in ${countText(looked.repositories, REPOSITORIES)}`;
  const end = counts.size > 0 ? 'registry:2 cannot cope with all of it.' : 'registry:2 can go on with all of it.';
  console.log(`${all} looked at: ${end} Its garbage collection with -m takes what no tag names.`);
}
