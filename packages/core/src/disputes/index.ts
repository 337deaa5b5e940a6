export {
  checkEvidence,
  MOST_EVIDENCE,
  MOST_EVIDENCE_BYTES,
  MOST_FILE_BYTES,
  type NewEvidence,
  type NewFile,
} from './evidence.ts'
export { learn, learnOfAct, stateOf } from './learn.ts'
export { DISPUTE_ACT, DISPUTE_ACT_STATES, type DisputeActState } from './machine.ts'
export {
  DISPUTE_STATES,
  type DisputeOwner,
  type DisputePolicy,
  type DisputeState,
} from './model.ts'
export { awaitsAnswer, disputeStateOf, isDecided, type Position, positionOf } from './position.ts'
export { disputeCostPostings, disputeFeePostings, disputePostings } from './postings.ts'
export {
  DISPUTE_ACTS,
  type DisputeActRow,
  type DisputeEvidenceRow,
  type DisputeRow,
  disputeActs,
  disputeEvidence,
  disputes,
} from './records.ts'
