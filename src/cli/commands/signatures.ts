/** `lading signatures`: who has signed a manifest of docker schema 1, when, and whether it verifies. */
import { type Command, InvalidArgumentError } from 'commander';
import { RegistryError } from '../../core/errors.js';
import { parseReference, parseRepositoryName, type Reference, type RepositoryName } from '../../core/reference.js';
import type { ManifestSignatures } from '../../registry/registry.js';
import { EXIT } from '../exit-codes.js';
import { signaturesAsJson, signaturesAsText } from '../signature-lines.js';
import { openCommandStore, type StoreOptions, withStore } from '../store.js';

/** What is looked at. */
interface Asked {
  /** As it was typed. */
  readonly text: string;
  readonly name: RepositoryName;
  readonly reference: Reference;
}

const EXAMPLES = `
Examples:
  lading signatures old/app:v1 --root /srv/registry
  lading signatures old/app@sha256:... /etc/docker/registry/config.yml --json

Nothing is written, and a server may work on the store meanwhile. Anybody can make a key: what a
signature proves is who holds the key with this id, and no more.

Exit codes: 0 all that is stored verifies, 1 a signature does not or there is no such manifest,
2 wrong usage or configuration.`;

/** Adds the command. */
export function addSignatures(program: Command): void {
  const command = program
    .command('signatures')
    .summary('show who has signed a manifest of docker schema 1')
    .description('Shows the signatures of a manifest of docker schema 1: whose, since when, and whether each verifies.')
    .argument('<name:tag>', 'a manifest, by its tag or as name@digest', asked);
  withStore(command).option('--json', 'print JSON, for programs').addHelpText('after', EXAMPLES).action(showSignatures);
}

async function showSignatures(
  { text, name, reference }: Asked,
  file: string | undefined,
  { json = false, ...options }: StoreOptions & { readonly json?: boolean },
): Promise<void> {
  const { registry, folder } = await openCommandStore(file, options, 'reading');
  try {
    const found = await registry.repository(name).manifests.signatures(reference);
    if (found === undefined) {
      throw new Error(`${text} is no manifest of docker schema 1: others have no signatures beside their bytes.`);
    }
    console.log(json ? signaturesAsJson(name, text, found) : signaturesAsText(text, found));
    if (!allVerify(found)) process.exitCode = EXIT.failure;
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'MANIFEST_UNKNOWN')
      throw new Error(`there is no manifest ${text} in ${folder}.`);
    throw error;
  } finally {
    await registry.close();
  }
}

function allVerify({ signatures }: ManifestSignatures): boolean {
  return signatures.every(({ fault }) => fault === undefined);
}

/** `name:tag` or `name@digest`. */
function asked(text: string): Asked {
  const at = text.indexOf('@');
  const end = at >= 0 ? at : text.lastIndexOf(':');
  if (end < 0) throw new InvalidArgumentError('Name a manifest, as name:tag or name@digest.');
  try {
    const reference = parseReference(text.slice(end + 1));
    if (at >= 0 && reference.kind === 'tag') throw new InvalidArgumentError('A digest stands behind @.');
    return { text, name: parseRepositoryName(text.slice(0, end)), reference };
  } catch (error) {
    if (error instanceof RegistryError) throw new InvalidArgumentError(`${error.message}.`);
    throw error;
  }
}
