export { appendEvent, type EventContent, eventDigest, type NewEvent } from './event.ts'
export { GENESIS, merkleRoot, SEAL_SIZE, sealEvents, sealHash } from './seal.ts'
