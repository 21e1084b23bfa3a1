/** Rules of the operator for manifests that are pushed: what they may name, and of which kind they may be. */
import { RegistryError } from '../core/errors.js';
import { MEDIA_TYPES } from '../core/media-type.js';
import type { ManifestReference, ParsedManifest, Platform } from '../manifest/parsed-manifest.js';

/** Which manifests are taken. */
export interface ManifestRules {
  /** Whether clients may be led to this URL; to any, when not given. */
  readonly mayLeadTo?: (url: string) => boolean;
  /** Which children of an index must be there. */
  readonly children: 'all' | 'none' | readonly Platform[];
  /** Classes that may be pushed; any, when there are none. */
  readonly classes: readonly string[];
}

/** What holds where nothing is said. */
export const EVERYTHING: ManifestRules = { children: 'all', classes: [] };

/** Whether the content must be in the repository. A child of which nobody tells the platform may be of any. */
export function isNeeded({ children }: ManifestRules, { kind, required, platforms }: ManifestReference): boolean {
  if (kind === 'blob' || !required || children === 'all') return required;
  if (children === 'none') return false;
  return platforms === undefined || platforms.some((platform) => children.some((wanted) => isSame(platform, wanted)));
}

function isSame(a: Platform, b: Platform): boolean {
  return a.os === b.os && a.architecture === b.architecture;
}

/** Characters of all URLs of a manifest, where they are checked: more than any real one has, and each costs time. */
const MAX_CHECKED = 64 * 1024;

/** MANIFEST_INVALID, one for each content with a URL to which clients may not be led. */
export function refuseUrls({ mayLeadTo }: ManifestRules, references: readonly ManifestReference[]): void {
  if (mayLeadTo === undefined) return;
  const length = references.reduce((sum, { urls = [] }) => urls.reduce((part, url) => part + url.length, sum), 0);
  if (length > MAX_CHECKED)
    throw new RegistryError('MANIFEST_INVALID', {
      message: `the URLs of a manifest have at most ${MAX_CHECKED} characters here`,
    });
  const errors = references.flatMap(({ urls = [], descriptor: { digest } }) => {
    const url = urls.find((each) => !mayLeadTo(each));
    const message = 'a URL in the manifest is not allowed here (validation.manifests.urls)';
    return url === undefined
      ? []
      : [new RegistryError('MANIFEST_INVALID', { message, detail: { digest, url: url.slice(0, 255) } })];
  });
  const [first, ...more] = errors;
  if (first) throw new RegistryError('MANIFEST_INVALID', { message: first.message, detail: first.detail, more });
}

/** DENIED for a class that is not taken, or for which whoever pushes has no rights, as registry:2 tells them apart. */
export function refuseClass(
  { classes }: ManifestRules,
  manifest: Pick<ParsedManifest, 'mediaType' | 'configType'>,
  granted: readonly string[] | undefined,
): void {
  if (classes.length === 0 || OF_NO_CLASS.has(manifest.mediaType)) return;
  const found = CLASSES[`${manifest.mediaType} ${manifest.configType ?? ''}`];
  if (found === undefined) {
    const type = (manifest.configType || manifest.mediaType).slice(0, 255);
    throw new RegistryError('DENIED', { message: `unknown manifest class for ${type}` });
  }
  if (!classes.includes(found)) throw new RegistryError('DENIED', { message: `registry does not allow ${found} manifest` });
  if (granted && !granted.includes(found))
    throw new RegistryError('DENIED', { message: `repository not authorized for ${found} manifest` });
}

/** What they lead to has a class. */
const OF_NO_CLASS: ReadonlySet<string> = new Set([MEDIA_TYPES.ociIndex, MEDIA_TYPES.dockerList]);

/** By the media types of a manifest and of its configuration. */
const CLASSES: Readonly<Record<string, 'image' | 'plugin'>> = {
  [`${MEDIA_TYPES.dockerSchema1Signed} `]: 'image',
  [`${MEDIA_TYPES.dockerImage} application/vnd.docker.container.image.v1+json`]: 'image',
  [`${MEDIA_TYPES.dockerImage} application/vnd.docker.plugin.v1+json`]: 'plugin',
  [`${MEDIA_TYPES.ociImage} application/vnd.oci.image.config.v1+json`]: 'image',
};
