export { approvePayout, cancelPayout, type PayoutTestimony, resolvePayout } from './act.ts'
export { advancePayout } from './advance.ts'
export { type BatchFactResult, findBatch, payoutBatchSettled } from './batch.ts'
export { PAYOUT_QUEUE } from './commit.ts'
export { createPayout, type PayoutRequest } from './create.ts'
export {
  addDestination,
  type DestinationView,
  getDestination,
  listDestinations,
  removeDestination,
} from './destinations.ts'
export { findByReference, type PayoutFact, type PayoutFactResult, payoutReturned, payoutSettled } from './facts.ts'
export type { PayoutBatchView, PayoutFileContent, PayoutFileView } from './file-view.ts'
export { type ExportRequest, exportPayouts, getPayoutFile, listPayoutFiles } from './files.ts'
export { getPayout, listPayouts, type PayoutQuery } from './read.ts'
export { PAYOUT_UNSEEN_QUEUE, tellUnseen } from './unseen.ts'
export { type PayoutView, payoutView } from './view.ts'
