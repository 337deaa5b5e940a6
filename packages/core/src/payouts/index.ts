export { PAYOUT, PAYOUT_STATES, type PayoutEvent, type PayoutState } from './machine.ts'
export { ownerOf, ownerText, type PayoutEventDraft } from './model.ts'
export {
  type DestinationRow,
  type DestinationSummary,
  type FileBatch,
  PAYOUT_PURPOSES,
  type PayoutFileRow,
  type PayoutPurpose,
  type PayoutRow,
  payoutDestinations,
  payoutFiles,
  payouts,
} from './records.ts'
export { movePayout, orderPayout, type PayoutDecision, refusePayout, reviewPayout } from './rules.ts'
