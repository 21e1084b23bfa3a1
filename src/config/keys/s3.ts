/** The parameters of the S3 driver. */
import type { Rows } from '../rows.js';

const unset = { bare: undefined, file: undefined } as const;
const off = { type: 'flag', bare: false, file: false } as const;

/** Rows of the table of keys. */
export const S3_KEYS = {
  'storage.s3.bucket': { type: 'parameter', ...unset, about: 'The bucket that takes all data.' },
  'storage.s3.region': {
    type: 'region',
    ...unset,
    about: 'Where the bucket is. Needed, but for a `regionendpoint`.',
    differs: 'A region that did not exist when the program was made is taken too.',
  },
  'storage.s3.regionendpoint': {
    type: 'endpoint',
    ...unset,
    about: 'Where a store that speaks S3 listens. Not set: that of the region.',
  },
  'storage.s3.accesskey': {
    type: 'parameter',
    ...unset,
    secret: true,
    about: 'With `secretkey`, who asks. Not set: what the environment says, or the role of the machine.',
  },
  'storage.s3.secretkey': { type: 'parameter', ...unset, secret: true, about: 'The secret of `accesskey`.' },
  'storage.s3.forcepathstyle': {
    type: 'flag',
    ...unset,
    about: 'Whether the bucket is named in the path, and not in the host. Not set: where there is a `regionendpoint`.',
    differs: '3.x does so only when it is asked to.',
  },
  'storage.s3.encrypt': { ...off, about: 'Whether objects are encrypted by the store.' },
  'storage.s3.keyid': { type: 'parameter', ...unset, about: 'The key of KMS for `encrypt`. Not set: one of the store.' },
  'storage.s3.secure': { type: 'flag', bare: true, file: true, about: 'Whether TLS is spoken with the store.' },
  'storage.s3.skipverify': { ...off, about: 'Whether its certificate is taken unseen.' },
  'storage.s3.v4auth': {
    type: 'v4auth',
    bare: true,
    file: true,
    about: 'Whether requests are signed by version 4 of the scheme.',
    differs: '`false` stops the start.',
  },
  'storage.s3.chunksize': { type: 'chunk', bare: 10_485_760, file: 10_485_760, about: 'Bytes of a part of an upload.' },
  'storage.s3.multipartcopychunksize': {
    type: 'chunk',
    bare: 33_554_432,
    file: 33_554_432,
    about: 'Bytes of a part of a copy.',
  },
  'storage.s3.multipartcopymaxconcurrency': {
    type: 'concurrency',
    bare: 100,
    file: 100,
    about: 'Parts of one copy that are under way at a time; at most.',
  },
  'storage.s3.multipartcopythresholdsize': {
    type: 'copythreshold',
    bare: 33_554_432,
    file: 33_554_432,
    about: 'Larger objects are copied in parts.',
  },
  'storage.s3.rootdirectory': { type: 'parameter', ...unset, about: 'What the names of all objects begin with.' },
  'storage.s3.storageclass': {
    type: 'storageclass',
    bare: 'STANDARD',
    file: 'STANDARD',
    about: 'The class of objects. `NONE`: nothing is said of it, for stores that know no classes.',
  },
  'storage.s3.objectacl': { type: 'objectacl', bare: 'private', file: 'private', about: 'Who may read objects.' },
  'storage.s3.useragent': { type: 'parameter', ...unset, about: 'What is added to the name by which the store is asked.' },
  'storage.s3.usedualstack': { ...off, about: 'Whether addresses of the store that have IPv6 too are used.' },
  'storage.s3.accelerate': { ...off, about: 'Whether the accelerated address of the bucket is used.' },
  'storage.s3.usefipsendpoint': { ...off, about: 'Whether addresses of the store that follow FIPS are used.' },
  'storage.s3.redirectendpoint': {
    type: 'endpoint',
    ...unset,
    about: 'The address of the store in URLs that clients are sent to.',
  },
} as const satisfies Rows;
