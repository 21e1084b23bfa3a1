/** Which tarsums a registry takes as the digest of what is pushed. Those that are stored already are served whatever they are. */
import { algorithmOf, type Digest, type TarsumAlgorithm, tarsumOf } from '../core/digest.js';
import { RegistryError } from '../core/errors.js';

/** What clients of 2014 and 2015 pushed layers by. The others are for those who know that they need them. */
export const DEFAULT_TARSUMS: readonly TarsumAlgorithm[] = ['tarsum.v1+sha256'];

/** The algorithm of a tarsum that content is pushed under; undefined for a plain digest. DIGEST_INVALID when it is not taken. */
export function tarsumForPush(digest: Digest, taken: readonly TarsumAlgorithm[] = DEFAULT_TARSUMS): TarsumAlgorithm | undefined {
  const algorithm = tarsumOf(digest);
  if (algorithm === undefined || taken.includes(algorithm)) return algorithm;
  const instead = ['sha256', 'sha512', ...taken].join(', ');
  throw new RegistryError('DIGEST_INVALID', {
    message: `nothing is pushed by ${algorithmOf(digest)} here; use one of ${instead}`,
    detail: { digest },
  });
}
