/** What one check of a client is. A client is a file in `checks/` and a line in `run.ts`. */
import type { Images } from './images.js';
import type { World } from './world.js';

/** One thing that a client must be able to do with the registry. */
export interface Check {
  /** A sentence about behaviour. */
  readonly name: string;
  /** Throws when it does not hold; a Skip when this machine cannot try it. */
  run(world: World, images: Images): Promise<void>;
}
