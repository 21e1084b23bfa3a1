/** Rules for manifests, from `validation` and `policy` of the configuration. */
import type { Configuration } from './config/keys.js';
import { createPattern } from './pattern.js';
import { EVERYTHING, type ManifestRules } from './registry/manifest-rules.js';

/** The rules that are configured. Where nothing of `validation` is said, none of it holds. */
export function manifestRulesFrom(configuration: Configuration): ManifestRules {
  const rules = { ...EVERYTHING, classes: configuration['policy.repository.classes'] };
  const { 'validation.enabled': enabled, 'validation.disabled': disabled } = configuration;
  if (disabled === true && enabled !== true) return { ...rules, children: 'none' };
  const [allow, deny] = [configuration['validation.manifests.urls.allow'], configuration['validation.manifests.urls.deny']];
  const [platforms, list] = [
    configuration['validation.manifests.indexes.platforms'],
    configuration['validation.manifests.indexes.platformlist'],
  ];
  const said: readonly unknown[] = [enabled, disabled, allow, deny, platforms];
  if (said.every((value) => value === undefined) && list.length === 0) return rules;
  return { ...rules, mayLeadTo: urlRule(allow ?? [], deny ?? []), children: childrenOf(platforms, list) };
}

function childrenOf(
  platforms: 'all' | 'none' | 'list' | undefined,
  list: Configuration['validation.manifests.indexes.platformlist'],
): ManifestRules['children'] {
  if (platforms === 'none') return 'none';
  return platforms === 'list' && list.length > 0 ? list : 'all';
}

/** Of HTTP, without a fragment; and by the expressions. With none of them, nothing is allowed, as in registry:2. */
function urlRule(allow: readonly string[], deny: readonly string[]): (url: string) => boolean {
  const [good, bad] = [allow.map(createPattern), deny.map(createPattern)];
  if (good.length + bad.length === 0) return () => false;
  return (url) =>
    isPlain(url) &&
    (good.length === 0 || good.some((pattern) => pattern.matches(url))) &&
    !bad.some((pattern) => pattern.matches(url));
}

/** Readers of URLs differ in what they make of blanks, control characters and backslashes: none may lead elsewhere than it seems. */
function isPlain(url: string): boolean {
  return /^https?:\/\/[^\s\p{C}\\#]+#?$/iu.test(url) && URL.canParse(url);
}
