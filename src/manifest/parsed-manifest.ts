import type { Descriptor } from '../core/descriptor.js';

/** Content that a manifest names. */
export interface ManifestReference {
  readonly kind: 'blob' | 'manifest';
  readonly descriptor: Descriptor;
  /** False for layers that are never pushed: of a non-distributable type, or with URLs to fetch them from. */
  readonly required: boolean;
  readonly urls?: readonly string[];
  /** Of a child of an index; undefined when a place that names it does not tell. */
  readonly platforms?: readonly Platform[];
}

/** What a child of an index is for. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
}

/** What a manifest says. */
export interface ParsedManifest {
  /** What it is served with. */
  readonly mediaType: string;
  /** The bytes alone tell the media type to any reader; when false it must be kept beside them. */
  readonly selfDescribing: boolean;
  /** Configuration, layers, blobs, children, in the order of the document, each digest once. */
  readonly references: readonly ManifestReference[];
  /** The manifest that this one refers to (OCI image-spec, `subject`). It need not exist. */
  readonly subject?: Descriptor;
  /** For lists of referrers: its own, or an image's `config.mediaType`; an index without one has none. */
  readonly artifactType?: string;
  /** The media type of an image's configuration. */
  readonly configType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}
