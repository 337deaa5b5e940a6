export { appendEvent, type EventContent, eventDigest, isIntact, type NewEvent } from './event.ts'
export type { EventHandler, SubscribeOptions } from './follow.ts'
export { type ChainHead, currentHead } from './heads.ts'
export type { Problem, ProblemKind } from './problems.ts'
export { type Cursor, type EventPage, type ReadOptions, readEvents, START, type StreamEvent } from './read.ts'
export { GENESIS, merkleRoot, SEAL_SIZE, sealEvents, sealHash } from './seal.ts'
export { type Backlog, createSealing, type Sealing, type SealingOptions } from './sealing.ts'
export { createSequencer, DEFAULT_PARTITION, type Sequencer, type SequencerOptions } from './sequencer.ts'
export { createSubscriber, type Subscriber, type SubscriberOptions, type Subscription } from './subscribe.ts'
export {
  disputesTruth,
  paymentsTruth,
  payoutsTruth,
  settlementSchedulesTruth,
  settlementsTruth,
  type Truth,
  type TruthSource,
} from './truth.ts'
export { type Upcaster, type Upcasters, upcast } from './upcast.ts'
export { type ChainReport, type VerifyOptions, verifyChain } from './verify.ts'
