/** A 256-bit key and the name under which rows remember it. */
export interface SealingKey {
  /** 1 to 200 printable ASCII characters, unique for all time: stored in clear beside every value that the key sealed. */
  readonly id: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

/** Whose data a key protects. */
export interface KeyScope {
  readonly merchant: string
}

/**
 * Where data keys come from: a local file, a KMS that unwraps them, a vault. The sealer caches what it is given for a few minutes, so
 * an implementation may do I/O. It may use one key for everybody, one per merchant or one per subject: `byId` alone opens rows.
 *
 * Erasure is destroying a key: once `byId` answers undefined (and the sealer's cache has lapsed), everything sealed under that key
 * is gone, in backups too, and opening it fails with `key_unavailable`. An outage is not erasure: reject instead.
 */
export interface KeyProvider {
  /** The key for new values of this scope. Rotation is a new answer here; it must be durable before it is given. */
  current(scope: KeyScope): Promise<SealingKey>
  /** The key of this id, also long after rotation. Undefined: destroyed, or never ours. */
  byId(id: string): Promise<SealingKey | undefined>
  /**
   * The key of this scope's blind indexes. It stays the same through rotation, because an index under another key finds nothing;
   * changing it means writing all indexes anew. Never a key that `current` gives.
   */
  index(scope: KeyScope): Promise<SealingKey>
}
