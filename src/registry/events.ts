/** What happens to a registry, as whoever tells others of it gets to know. */
import type { Descriptor } from '../core/descriptor.js';
import type { Digest } from '../core/digest.js';
import type { RepositoryName, Tag } from '../core/reference.js';
import type { Actor, Origin } from './registry.js';

/** Content that was read, pushed or mounted. */
export interface EventContent {
  readonly kind: 'blob' | 'manifest';
  readonly descriptor: Descriptor;
  /** Of a manifest: its bytes. */
  readonly bytes?: () => Uint8Array;
}

/** What it happened to. */
export type EventTarget =
  | {
      readonly repository: RepositoryName;
      readonly content: EventContent;
      /** The tag that a manifest was asked for by, or was given. */
      readonly tag?: Tag | undefined;
      /** Where a blob was mounted from. */
      readonly fromRepository?: RepositoryName | undefined;
    }
  /** Of what is gone, only the name is told. */
  | { readonly repository: RepositoryName; readonly digest: Digest }
  | { readonly repository: RepositoryName; readonly tag: Tag };

/** One thing that happened. */
export interface RegistryEvent {
  readonly action: 'pull' | 'push' | 'mount' | 'delete';
  readonly target: EventTarget;
  readonly actor?: Actor | undefined;
  readonly origin?: Origin | undefined;
}

/** Takes events of what was changed, in their order. Resolves when they will not be lost any more; never rejects. */
export type EventSink = (events: readonly RegistryEvent[]) => Promise<void>;

/** Takes events of what was read. Never throws and never waits. */
export type PullSink = (event: RegistryEvent) => void;
