import { inTurns, type JobRow, jobs, type LeaseOptions } from '@florin/core/storage'
import { leaseSql, SQLITE } from '@florin/storage-sql'
import type { Readers } from './reads.ts'
import type { Session } from './session.ts'

/**
 * Leases due jobs by the caller's clock (the database has no other than this machine's). A poll that finds nothing due takes no lock;
 * one that does looks again under the write lock, so that each job goes to exactly one holder.
 */
export const lease = (
  session: Session,
  readers: Readers,
  queues: readonly string[],
  { limit, leaseMs, now, token }: LeaseOptions,
): readonly JobRow[] => {
  const dueOf = (queue: string): readonly JobRow[] =>
    readers.page(jobs, { index: 'due', equals: { queue }, to: now, limit }).rows as unknown as readonly JobRow[]
  const due = (): readonly JobRow[] => inTurns(queues.map(dueOf), limit)
  if (session.run(due).length === 0) return []
  return session.write(() =>
    due().map((job) => {
      const leased: JobRow = { ...job, due: now + leaseMs, token, tries: job.tries + 1 }
      session.prepare(leaseSql(SQLITE)).run(leased.due, leased.token, leased.tries, leased.id)
      return leased
    }),
  )
}
