declare const storagePath: unique symbol;

/**
 * A place in the store: `/`-separated, absolute, each part of the characters that every driver takes
 * (`A-Z a-z 0-9 . _ -`). Only `src/paths` mints them, and drivers for the entries they list; nothing else can.
 */
export type StoragePath = string & { readonly [storagePath]: true };
