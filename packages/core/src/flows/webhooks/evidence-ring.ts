import type { WebhookEvidenceRow } from '../../webhooks/index.ts'

/** 64 of at most 64 KiB: 4 MiB of evidence a gateway account, whatever is sent. */
export const SLOTS = 64

/** One slot as this process last saw it; null where nothing is in it yet. */
export type Slot = Pick<WebhookEvidenceRow, 'slot' | 'id' | 'digest' | 'receivedAt' | 'times' | 'version'>

/** The evidence of one gateway account, as far as it is known here, and how much more of it may be written. */
export interface EvidenceRing {
  /** By slot; undefined until they are read, and after another process wrote. */
  slots: Map<number, Slot> | undefined
  /** One write at a time. */
  busy: boolean
  /** Writes that are free now, and since when that many are. */
  tokens: number
  at: number
}

const BURST = 16
const REFILL_MS = 1_000 // one a second after the burst: rubbish costs at most 64 KiB/s of writing an account

/** Takes one write of the ring's rate; false where there is none left, or one is on its way. */
export const takeWrite = (ring: EvidenceRing, now: number): boolean => {
  const refilled = Math.floor(Math.max(0, now - ring.at) / REFILL_MS)
  if (refilled > 0) {
    ring.tokens = Math.min(BURST, ring.tokens + refilled)
    ring.at = now
  }
  if (ring.busy || ring.tokens === 0) return false
  ring.tokens -= 1
  return true
}

/** The ring of a gateway account on this desk. */
export const ringOf = (rings: Map<string, EvidenceRing>, place: string, now: number): EvidenceRing => {
  const known = rings.get(place)
  if (known !== undefined) return known
  const ring: EvidenceRing = { slots: undefined, busy: false, tokens: BURST, at: now }
  rings.set(place, ring)
  return ring
}

/** What is remembered of a row: not its bytes. */
export const slotOf = ({ slot, id, digest, receivedAt, times, version }: WebhookEvidenceRow): Slot => ({
  slot,
  id,
  digest,
  receivedAt,
  times,
  version,
})

/** Where a delivery goes: where the same bytes stand, else a free slot, else in place of the oldest. */
export const slotFor = (slots: ReadonlyMap<number, Slot>, digest: string): Slot | number => {
  const all = [...slots.values()]
  const same = all.find((one) => one.digest === digest)
  if (same !== undefined) return same
  for (let slot = 0; slot < SLOTS; slot++) if (!slots.has(slot)) return slot
  return all.reduce((oldest, one) => (one.receivedAt < oldest.receivedAt ? one : oldest))
}
