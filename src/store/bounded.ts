/** Memories of bounded size. */
import { LRUCache } from 'lru-cache';

/**
 * Keeps the `most` entries used last. Counted by size 1 each: with its own `max` the cache lays out all of its places at
 * once, which for all memories of a store took 200 ms of every start.
 */
export function createBounded<K extends {}, V extends {}>(most: number): LRUCache<K, V> {
  return new LRUCache({ maxSize: most, sizeCalculation: () => 1 });
}
