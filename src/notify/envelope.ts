/**
 * What is told of an event, as registry:2 spells it. A notice is what is kept until it has been sent; the envelope around it is
 * made for each try, in one of two formats: `v1` as 2.x sends it, `v2` as 3.x does.
 */
import type { EventTarget, RegistryEvent } from '../registry/events.js';

/** A descriptor as a manifest has it. */
export interface NoticeReference {
  readonly mediaType: string;
  readonly size: number;
  readonly digest: string;
  readonly urls?: unknown;
  readonly annotations?: unknown;
  readonly platform?: unknown;
}

/** An event, ready to be kept. */
export interface Notice {
  readonly id: string;
  readonly timestamp: string;
  readonly action: RegistryEvent['action'];
  readonly target: NoticeTarget;
  readonly request: Readonly<Record<string, string>>;
  readonly actor: { readonly name?: string };
  readonly source: { readonly addr?: string; readonly instanceID?: string };
}

/** What it happened to. */
export interface NoticeTarget {
  readonly mediaType?: string;
  readonly size?: number;
  readonly digest?: string;
  readonly repository: string;
  readonly fromRepository?: string;
  readonly url?: string;
  readonly tag?: string;
  readonly references?: readonly NoticeReference[];
}

/** The two formats. They differ in the Content-Type, in the order of members, and in what is said where there is nothing to say. */
export type EnvelopeFormat = 'v1' | 'v2';

/** What a notice is made with. */
export interface NoticeOptions {
  readonly id: string;
  readonly at: Date;
  readonly source: Notice['source'];
  /** What a manifest names; undefined when that is not to be told. */
  readonly referencesOf: ((bytes: Uint8Array, mediaType: string) => readonly NoticeReference[]) | undefined;
}

/** The notice of an event. */
export function noticeOf(event: RegistryEvent, { id, at, source, referencesOf }: NoticeOptions): Notice {
  const { action, target, actor, origin } = event;
  const request: Record<string, string> = {};
  // As in Go: what is empty is left out.
  if (origin) {
    const { addr, host, method, userAgent } = origin;
    for (const [name, value] of Object.entries({ id: origin.id, addr, host, method, useragent: userAgent }))
      if (value !== '') request[name] = value;
  }
  return {
    id,
    timestamp: at.toISOString(),
    action,
    target: targetOf(target, origin, referencesOf),
    request,
    actor: actor?.name ? { name: actor.name } : {},
    source,
  };
}

function targetOf(
  target: EventTarget,
  origin: RegistryEvent['origin'],
  referencesOf: NoticeOptions['referencesOf'],
): NoticeTarget {
  const { repository } = target;
  if ('digest' in target) return { repository, digest: target.digest };
  if (!('content' in target)) return { repository, tag: target.tag };
  const { kind, descriptor, bytes } = target.content;
  const { mediaType, size, digest } = descriptor;
  const references = bytes && referencesOf?.(bytes(), mediaType);
  return {
    mediaType,
    size,
    digest,
    repository,
    ...(target.fromRepository === undefined ? {} : { fromRepository: target.fromRepository }),
    ...(origin ? { url: origin.urlOf(kind, repository, digest) } : {}),
    ...(target.tag === undefined ? {} : { tag: target.tag }),
    ...(references && references.length > 0 ? { references } : {}),
  };
}

/** The Content-Type of an envelope. */
export function contentTypeOf(format: EnvelopeFormat): string {
  return `application/vnd.docker.distribution.events.${format}+json`;
}

/** The body that tells of one event: indented JSON, an envelope for each event, as registry:2 sends it. */
export function envelopeOf(notice: Notice, format: EnvelopeFormat): string {
  const { id, timestamp, action, target, request, actor, source } = notice;
  const described = format === 'v1' ? targetV1(target) : targetV2(target);
  return JSON.stringify({ events: [{ id, timestamp, action, target: described, request, actor, source }] }, undefined, '   ');
}

function targetV1({ mediaType, size, digest, repository, fromRepository, url, tag, references }: NoticeTarget): object {
  const sized = size === undefined || size === 0 ? {} : { size };
  const lengthened = size === undefined || size === 0 ? {} : { length: size };
  return {
    mediaType,
    ...sized,
    digest,
    ...lengthened,
    repository,
    fromRepository,
    url,
    tag,
    references: references?.map(referenceV1),
  };
}

function referenceV1({ mediaType, size, digest, urls, annotations }: NoticeReference): object {
  return { ...(mediaType === '' ? {} : { mediaType }), ...(size === 0 ? {} : { size }), digest, urls, annotations };
}

/** The descriptor of a target is whole here also where nothing is known of it. */
function targetV2({ mediaType = '', size = 0, digest = '', references, ...rest }: NoticeTarget): object {
  const { repository, fromRepository, url, tag } = rest;
  const length = size === 0 ? {} : { length: size };
  const named = references?.map((one) => {
    const { urls, annotations, platform } = one;
    return { mediaType: one.mediaType, digest: one.digest, size: one.size, urls, annotations, platform };
  });
  return { mediaType, digest, size, ...length, repository, fromRepository, url, tag, references: named };
}

/** Notices as lines of JSON. */
export function writeNotices(notices: readonly Notice[]): Buffer {
  return Buffer.from(notices.map((notice) => `${JSON.stringify(notice)}\n`).join(''));
}

/** The notices of a batch; those of them that cannot be read are left out. */
export function readNotices(bytes: Buffer): readonly Notice[] {
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap(readNotice);
}

function readNotice(line: string): readonly Notice[] {
  try {
    const value = JSON.parse(line) as Notice;
    const isWhole = typeof value.id === 'string' && typeof value.timestamp === 'string' && typeof value.action === 'string';
    return isWhole && typeof value.target?.repository === 'string' ? [value] : [];
  } catch {
    return [];
  }
}
