/** FAILURES 5.3: how far a gateway's clock may be ahead of ours. */
const AHEAD_MS = 300_000

/**
 * A report with a date that can be true: what came in has happened. Of two reports the later one holds (FAILURES 2.19), so one from the
 * future would keep every later one from counting: an Adyen event's date is not signed, and a capture that "succeeded" in ten years would
 * never fail. A clock that is a little ahead keeps its order.
 */
export const believablyDated = <F extends { readonly occurredAt: number | null }>(fact: F, receivedAt: number): F => {
  const latest = receivedAt + AHEAD_MS
  return fact.occurredAt === null || fact.occurredAt <= latest ? fact : { ...fact, occurredAt: latest }
}
