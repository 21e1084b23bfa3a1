/** What registry:2 has not. */
import type { Rows } from '../rows.js';

/** Rows of the table of keys. */
export const OWN_KEYS = {
  'lading.schema1.strictnames': {
    type: 'flag',
    bare: false,
    file: false,
    about:
      'Whether a manifest of schema 1 must be signed for the repository and the tag that it is pushed to. registry:2 does not ask for that since 2.4.',
  },
  'lading.tarsum.labels': {
    type: 'tarsums',
    bare: ['tarsum.v1+sha256'],
    file: ['tarsum.v1+sha256'],
    about:
      'The tarsums that blobs may be pushed by; 400 for others. None when the list is empty. What is stored is served by any.',
  },
  'lading.tarsum.maxbytes': {
    type: 'count',
    bare: 10_737_418_240,
    file: 10_737_418_240,
    about: 'Bytes of an archive that is pushed by a tarsum, decompressed; at most.',
  },
  'lading.tarsum.maxratio': {
    type: 'count',
    bare: 200,
    file: 200,
    about: 'How many times its compressed size such an archive may have beyond the first 10 MiB.',
  },
  'lading.tarsum.maxentries': {
    type: 'count',
    bare: 1_000_000,
    file: 1_000_000,
    about: 'Entries of such an archive; at most. Each costs about 130 bytes of memory while the sum is computed.',
  },
  'lading.tarsum.timeout': {
    type: 'duration',
    bare: '5m',
    file: '5m',
    about: 'The longest time for the sum of one archive; 0 for no end.',
  },
} as const satisfies Rows;
