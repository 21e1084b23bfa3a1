/** Samples of the parameters of object stores. */
import type { Key } from '../../src/config/keys.js';
import type { Samples } from './samples.js';

const S3 = { bucket: 'b', region: 'eu-central-1', accesskey: 'a', secretkey: 's' };
const GCS = { bucket: 'b' };
const AZURE = { accountname: 'a', accountkey: 'k', container: 'c' };
const CREDENTIALS = { type: 'client_secret', clientid: 'c', tenantid: 't', secret: 's' };

type StoreKey = Extract<Key, `storage.${'s3' | 'gcs' | 'azure'}.${string}`>;

const text: Samples = { good: { name: 'name', '5': '5', 'a b': 'a b' }, wrong: ['[a]', '{a: b}', '"a\\nb"', '1.5'] };
const flag: Samples = { good: { true: true, '"false"': false, no: false }, wrong: ['maybe', '5', '[]'] };
const endpoint: Samples = {
  good: { 'minio.example:9000': 'minio.example:9000', 'http://127.0.0.1:9000': 'http://127.0.0.1:9000' },
  wrong: ['ftp://minio.example', '"a b"', '[a]'],
};
const chunk: Samples = {
  good: { '5242880': 5_242_880, '"10485760"': 10_485_760 },
  wrong: ['5242879', '5368709121', '10MB', '{}'],
};
const s3 = (samples: Samples): Samples => ({ ...samples, beside: S3 });
const gcs = (samples: Samples): Samples => ({ ...samples, beside: GCS });
const azure = (samples: Samples): Samples => ({ ...samples, beside: AZURE });
const azureCredentials = (samples: Samples): Samples => ({ ...samples, beside: CREDENTIALS, above: AZURE });

/** The part of the samples of which there is much the same again and again. */
export const STORE_SAMPLES: Readonly<Record<StoreKey, Samples>> = {
  'storage.s3.bucket': s3(text),
  'storage.s3.region': s3({ good: { 'us-east-1': 'us-east-1', 'made-up-9': 'made-up-9' }, wrong: ['[a]', '"a/b"', '"a b"'] }),
  'storage.s3.regionendpoint': s3(endpoint),
  'storage.s3.accesskey': s3(text),
  'storage.s3.secretkey': s3(text),
  'storage.s3.forcepathstyle': s3(flag),
  'storage.s3.encrypt': s3(flag),
  'storage.s3.keyid': s3(text),
  'storage.s3.secure': s3(flag),
  'storage.s3.skipverify': s3(flag),
  'storage.s3.v4auth': s3({ good: { true: true, '"true"': true }, wrong: ['false', '"false"', 'no', '5'] }),
  'storage.s3.chunksize': s3(chunk),
  'storage.s3.multipartcopychunksize': s3(chunk),
  'storage.s3.multipartcopymaxconcurrency': s3({ good: { '1': 1, '"7"': 7 }, wrong: ['0', '-1', 'many'] }),
  'storage.s3.multipartcopythresholdsize': s3({ good: { '0': 0, '5368709120': 5_368_709_120 }, wrong: ['5368709121', '-1'] }),
  'storage.s3.rootdirectory': s3({ good: { '/a/b': '/a/b', '5': '5' }, wrong: ['[a]'] }),
  'storage.s3.storageclass': s3({ good: { STANDARD_IA: 'STANDARD_IA', none: 'NONE' }, wrong: ['GLACIER', '5'] }),
  'storage.s3.objectacl': s3({ good: { 'public-read': 'public-read' }, wrong: ['everybody', '[private]'] }),
  'storage.s3.useragent': s3(text),
  'storage.s3.usedualstack': s3(flag),
  'storage.s3.accelerate': s3(flag),
  'storage.s3.usefipsendpoint': s3(flag),
  'storage.s3.redirectendpoint': s3(endpoint),
  'storage.gcs.bucket': gcs(text),
  'storage.gcs.keyfile': gcs({ good: { '/etc/key.json': '/etc/key.json' }, wrong: ['5', '[a]'] }),
  'storage.gcs.credentials': gcs({
    good: { '{client_email: a@b, private_key: k, type: t}': { client_email: 'a@b', private_key: 'k', type: 't' } },
    wrong: ['text', '{client_email: a@b}', '{client_email: 5, private_key: k}'],
  }),
  'storage.gcs.rootdirectory': gcs({ good: { '/a': '/a' }, wrong: ['[a]'] }),
  'storage.gcs.chunksize': gcs({ good: { '262144': 262_144, '"524288"': 524_288 }, wrong: ['262145', '0', '-262144', '5MB'] }),
  'storage.gcs.maxconcurrency': gcs({ good: { '100': 100, '3': 25 }, wrong: ['many', '1.5', '[]'] }),
  'storage.gcs.useragent': gcs(text),
  'storage.azure.accountname': azure(text),
  'storage.azure.accountkey': azure(text),
  'storage.azure.container': azure(text),
  'storage.azure.realm': azure({ good: { 'core.chinacloudapi.cn': 'core.chinacloudapi.cn' }, wrong: ['[a]'] }),
  'storage.azure.serviceurl': azure(endpoint),
  'storage.azure.rootdirectory': azure({ good: { '/a': '/a' }, wrong: ['[a]'] }),
  'storage.azure.credentials.type': azureCredentials({
    good: { client_secret: 'client_secret', shared_key: 'shared_key' },
    wrong: ['password', '5'],
  }),
  'storage.azure.credentials.clientid': azureCredentials(text),
  'storage.azure.credentials.tenantid': azureCredentials(text),
  'storage.azure.credentials.secret': azureCredentials(text),
  'storage.azure.max_retries': azure({ good: { '0': 0, '9': 9 }, wrong: ['-1', 'many'] }),
  'storage.azure.retry_delay': azure({ good: { '1s': 1000 }, wrong: ['soon'] }),
  'storage.azure.skipverify': azure(flag),
};
