import { type AccountRow, type Booked, book, type PostOp } from '@florin/core/storage'

/** A post guard and the change that it belongs to. */
export interface PendingPost {
  readonly op: PostOp
  readonly change: number
}

/**
 * Books the posts of the changes that still stand, and tells of each change that ends below a floor. A change loses whole: when one
 * with several posts loses, some of them may have been booked and seen by later changes, so all is booked anew without it. That
 * ends, because every round takes out a change; with one post a change, the usual case, there is one round.
 */
export const bookStanding = (
  pending: readonly PendingPost[],
  rows: ReadonlyMap<string, AccountRow>,
  lost: (change: number, account: string) => void,
): Booked => {
  const losers = new Set<number>()
  let standing = pending
  for (;;) {
    const booked = book(
      standing.map(({ op }) => op),
      rows,
    )
    let again = false
    for (const { index, account } of booked.losers) {
      const { change } = standing[index] as PendingPost
      losers.add(change)
      lost(change, account)
      again = standing[index - 1]?.change === change || standing[index + 1]?.change === change
      if (again) break // what later losers met was not so
    }
    if (!again) return booked
    standing = standing.filter(({ change }) => !losers.has(change))
  }
}
