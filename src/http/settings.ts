/** What can be set of the HTTP side, in one place with its defaults. Values are checked by whoever reads the configuration. */

/** Settings of a server. Sizes are in bytes, times in milliseconds. */
export interface HttpSettings {
  /** Whether tags, manifests and blobs may be deleted; 405 UNSUPPORTED otherwise. */
  readonly deleteEnabled: boolean;
  /** Whether everything that would change something is refused: 405 UNSUPPORTED. */
  readonly readOnly: boolean;
  /** Whether `Location` is a path alone. */
  readonly relativeUrls: boolean;
  /**
   * External base such as `https://registry.example.com`, with the path before `/v2/` where clients see one. Without it
   * the request tells.
   */
  readonly host: string | undefined;
  /** The path before `/v2/`, such as `/registry`; empty when there is none. */
  readonly prefix: string;
  /** Sent with every answer. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Largest manifest taken; 413 above it. */
  readonly maxManifestBytes: number;
  /** Default and largest `n` of the catalog; 400 above it. */
  readonly catalogMaxEntries: number;
  /** Largest `n` of a tag list; a larger one is cut. Without `n` all tags are listed. */
  readonly tagsMaxEntries: number;
  /** Most descriptors in one answer of referrers. */
  readonly referrersMaxEntries: number;
  /** Most `tag` parameters of one manifest push; 414 above it. */
  readonly maxTagParameters: number;
  /** Uploads whose bytes are received at the same time; 429 above it. */
  readonly maxConcurrentUploads: number;
  /** Longest request target; 414 above it. */
  readonly maxUrlBytes: number;
  /** Largest head of a request, target included; 431 above it. */
  readonly maxHeaderBytes: number;
  /** How long a head may take to arrive; 408 after it. */
  readonly headersTimeoutMs: number;
  /** How long a client may neither send what it announced nor take what it asked for. */
  readonly idleTimeoutMs: number;
  /** How long a connection stays open between requests. */
  readonly keepAliveMs: number;
  /** How long `close` waits for requests that run. */
  readonly drainMs: number;
  /** Memory for prepared answers. 0 keeps none. */
  readonly hotBytes: number;
}

/** What holds where nothing is set. */
export const DEFAULT_SETTINGS: HttpSettings = {
  deleteEnabled: true,
  readOnly: false,
  relativeUrls: true,
  host: undefined,
  prefix: '',
  headers: { 'X-Content-Type-Options': 'nosniff' },
  maxManifestBytes: 4 * 1024 * 1024,
  catalogMaxEntries: 1000,
  tagsMaxEntries: 1000,
  referrersMaxEntries: 1000,
  maxTagParameters: 100,
  maxConcurrentUploads: 256,
  maxUrlBytes: 20_000,
  maxHeaderBytes: 32 * 1024,
  headersTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  keepAliveMs: 75_000,
  drainMs: 30_000,
  hotBytes: 32 * 1024 * 1024,
};
