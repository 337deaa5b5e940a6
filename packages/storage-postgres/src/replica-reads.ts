import type { Replicas as ReplicaPort } from '@florin/core/storage'
import type { Dialect } from '@florin/storage-sql'
import { type Moment, parseToken, tokenOf } from './moment.ts'
import { Readers } from './readers.ts'
import { type Reads, readsOf } from './reads.ts'
import type { Replicas } from './replicas.ts'
import type { Statements } from './table-statements.ts'

/** Requests that carry a token make several reads with it. */
const MOST_TOKENS = 256

/** The port's side of replicas: tokens for moments, and reads by them. */
export const replicaReads = (replicas: Replicas, dialect: Dialect, statements: Statements): ReplicaPort => {
  const from = (after: Moment | undefined): Reads => readsOf(new Readers(replicas.source(after), dialect, statements))
  const own = from(undefined)
  const byToken = new Map<string, Reads>()
  const at = (token: string): Reads => {
    let reads = byToken.get(token)
    if (reads === undefined) {
      reads = from(parseToken(token))
      const [oldest] = byToken.keys()
      if (byToken.size >= MOST_TOKENS && oldest !== undefined) byToken.delete(oldest)
      byToken.set(token, reads)
    }
    return reads
  }
  return Object.freeze<ReplicaPort>({
    token: () => replicas.moment && tokenOf(replicas.moment),
    reads: (after) => (after === undefined ? own : at(after)),
    health: () => replicas.health(),
  })
}
