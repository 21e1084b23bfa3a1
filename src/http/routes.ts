/** The tables of what can be done with what, and what one must be allowed for it. `Allow` and 405 are read from the first. */
import { inRepository, KNOWN, toUpload, toUploads, type Wanted, WHOLE_CATALOG } from './access.js';
import type { Exchange } from './context.js';
import { getBase, getHealth, getMetrics, getReady, getRoot, redirectToBase } from './handlers/base.js';
import { deleteBlob, getBlob, headBlob } from './handlers/blobs.js';
import { listRepositories } from './handlers/catalog.js';
import { deleteManifest, getManifest, putManifest } from './handlers/manifests.js';
import { listReferrers } from './handlers/referrers.js';
import { listTags } from './handlers/tags.js';
import { cancelUpload, getUpload, patchUpload, putUpload, startUpload } from './handlers/uploads.js';
import type { Kind, RegistryRequest } from './request.js';
import type { HttpSettings } from './settings.js';

/** Answers one request, or throws. */
export type Handler<K extends Kind> = (x: Exchange, asked: RegistryRequest<K>) => Promise<void> | void;

type Methods<K extends Kind> = Readonly<Partial<Record<string, Handler<K>>>>;

/** Handlers by what is asked for and by method. */
const ROUTES: { readonly [K in Kind]: Methods<K> } = {
  root: reads(getRoot),
  health: reads(getHealth),
  ready: reads(getReady),
  metrics: reads(getMetrics),
  bare: reads(redirectToBase),
  base: reads(getBase),
  catalog: reads(listRepositories),
  tags: reads(listTags),
  referrers: reads(listReferrers),
  manifest: { ...reads(getManifest), PUT: putManifest, DELETE: deleteManifest },
  blob: { GET: getBlob, HEAD: headBlob, DELETE: deleteBlob },
  uploads: { POST: startUpload },
  upload: { ...reads(getUpload), PATCH: patchUpload, PUT: putUpload, DELETE: cancelUpload },
};

/** Makes of a request what must be allowed for it. */
type Rule<K extends Kind> = (asked: RegistryRequest<K>, method: string) => Wanted;

const RULES: { readonly [K in Kind]: Rule<K> | 'everybody' } = {
  root: 'everybody',
  health: 'everybody',
  ready: 'everybody',
  // Leads to `/v2/`, and tells no more than that.
  bare: 'everybody',
  // Figures tell who does how much. A server of their own (`http.debug.addr`) gives them to whoever reaches it.
  metrics: () => KNOWN,
  base: () => KNOWN,
  catalog: () => WHOLE_CATALOG,
  tags: inRepository,
  referrers: inRepository,
  manifest: inRepository,
  blob: inRepository,
  uploads: toUploads,
  upload: toUpload,
};

/** A HEAD is answered as its GET is; `send.ts` leaves the body out. */
function reads<K extends Kind>(handler: Handler<K>): { GET: Handler<K>; HEAD: Handler<K> } {
  return { GET: handler, HEAD: handler };
}

/** What must be allowed for a request, whether or not the method is served; undefined when everybody may have the answer. */
export function accessWanted<K extends Kind>(kind: K, asked: RegistryRequest<K>, method: string): Wanted | undefined {
  const rule: Rule<K> | 'everybody' = RULES[kind];
  return rule === 'everybody' ? undefined : rule(asked, method);
}

/** What is switched off. */
type Switches = Pick<HttpSettings, 'deleteEnabled' | 'readOnly'>;

/** The handler for a method; undefined when the resource does not have it, or it is switched off. */
export function findHandler<K extends Kind>(kind: K, method: string, switches: Switches): Handler<K> | undefined {
  const methods: Methods<K> = ROUTES[kind];
  return Object.hasOwn(methods, method) && !isOff(kind, method, switches) ? methods[method] : undefined;
}

/** The value of `Allow`. */
export function allowedMethods(kind: Kind, switches: Switches): string {
  const methods = Object.keys(ROUTES[kind]).filter((method) => !isOff(kind, method, switches));
  return [...methods, 'OPTIONS'].join(', ');
}

/** True for a method that the resource has, and would serve were the registry not read-only. */
export function isOffForReading(kind: Kind, method: string, switches: Switches): boolean {
  return switches.readOnly && findHandler(kind, method, { ...switches, readOnly: false }) !== undefined;
}

/** With deletes off, only uploads can be given up. */
function isOff(kind: Kind, method: string, { deleteEnabled, readOnly }: Switches): boolean {
  if (readOnly && method !== 'GET' && method !== 'HEAD') return true;
  return method === 'DELETE' && !deleteEnabled && kind !== 'upload';
}
