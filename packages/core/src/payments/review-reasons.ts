/**
 * Why a person should look at a payment. Florin goes on by itself wherever it can; what is listed here is what it cannot decide, and what
 * it has asked about for so long that somebody should know. docs/recovery.md says for each what to do.
 */
export const REVIEW_REASONS = [
  'unresolved', // what became of a command is not known after ten tries
  'overdue', // the gateway promised to decide by an instant that is past
  'reversal', // a charge that was left behind could not be taken back so far
  'reversal_undone', // the refund of a late success bounced: its money is in suspense
  'orphan_captured', // somebody captured a charge that counts for nobody: it is refunded, and in suspense until then
  'capture_failed', // an automatic capture was refused: the authorisation stands
  'capture_undone', // a capture that had succeeded failed after all
  'charge_undone', // a debit was returned
  'authorization_undone', // the gateway gave an authorisation up
  'refund_undone', // a refund bounced
  'cancel_undone', // a cancel is said to be taken back, which no gateway documents
  'increment_undone', // the same of a raised authorisation
  'late_success', // something that was refused, as far as was known, was done after all
  'amount_mismatch', // the gateway tells of another amount than was asked for
  'currency_mismatch', // the gateway tells of another currency: nothing was booked
  'over_captured', // more was captured than authorised
  'over_refunded', // more was refunded than captured
  'captured_after_close', // a payment that was closed has money
] as const
/** One of them. */
export type ReviewReason = (typeof REVIEW_REASONS)[number]

/** What a person can decide about a payment under review. */
export const REVIEW_ACTIONS = [
  'acknowledge', // seen, and settled elsewhere where need be: nothing else changes, and what is still open is worked on as before
  'retry_now', // what waits for its next try is tried at once
  'did_not_happen', // the gateway was asked by other means: the command had no effect there
  'voided', // the same: the charge that was left behind holds nothing any more
] as const
/** One of them. */
export type ReviewAction = (typeof REVIEW_ACTIONS)[number]
