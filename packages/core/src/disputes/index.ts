export { gatewayFeeOf, isLineTold, learnOfLine, ownCostOf } from './cost.ts'
export {
  checkEvidence,
  MOST_EVIDENCE,
  MOST_EVIDENCE_BYTES,
  MOST_FILE_BYTES,
  type NewEvidence,
  type NewFile,
} from './evidence.ts'
export { learn, learnOfAct, stateOf } from './learn.ts'
export { DISPUTE_ACT } from './machine.ts'
export {
  DISPUTE_STATES,
  type DisputeOwner,
  type DisputePolicy,
  type DisputeState,
} from './model.ts'
export { awaitsAnswer, disputeStateOf, isDecided, positionOf } from './position.ts'
export { disputeCostPostings, disputeFeePostings, disputePostings } from './postings.ts'
export {
  type DisputeActRow,
  type DisputeEvidenceRow,
  type DisputeRow,
  disputeActs,
  disputeEvidence,
  disputes,
} from './records.ts'
