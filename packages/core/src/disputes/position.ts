import type { PaymentDisputeState } from '../payments/index.ts'
import type { DisputeRow } from './records.ts'

/** How a dispute's money stands; everything that is booked for it follows from this. Minor units. */
export interface Position {
  /** Taken from the owners: frozen, or lost. */
  readonly taken: bigint
  /** Taken back by the gateway. */
  readonly withheld: bigint
  /** Of both: gone for good. */
  readonly lost: bigint
}

const NOTHING: Position = { taken: 0n, withheld: 0n, lost: 0n }

/**
 * What is to be booked for a dispute as it stands. Open: what is in dispute is frozen from the chargeback on, and withheld as far as the
 * gateway has taken it. Won: all of it is back, but for what the gateway says that it kept. Lost: what it took is gone; what it has not
 * said to have taken stays frozen until it does, because it is owed.
 */
export const positionOf = (row: DisputeRow): Position => {
  if (row.foreign) return NOTHING
  const { stage, state, amount, told } = row
  const isKnown = told.withdrawn !== undefined
  const out = outOf(row)
  switch (state) {
    case 'won': {
      const kept = (told.reinstated ?? 0) > (told.withdrawn ?? 0) ? out : 0n
      return { taken: kept, withheld: kept, lost: kept }
    }
    case 'lost':
    case 'accepted':
      return isKnown || stage === 'inquiry'
        ? { taken: out, withheld: out, lost: out }
        : { taken: amount, withheld: 0n, lost: 0n }
    default:
      return { taken: isKnown || stage === 'inquiry' ? out : amount, withheld: out, lost: 0n }
  }
}

/** What the gateway has taken and not given back. */
const outOf = ({ amount, withdrawn, reinstated, told }: DisputeRow): bigint => {
  if (told.withdrawn === undefined) return 0n
  const went = withdrawn ?? amount
  if ((told.reinstated ?? 0) <= told.withdrawn) return went
  const back = reinstated ?? went
  return back >= went ? 0n : went - back
}

const FINAL: ReadonlySet<DisputeRow['state']> = new Set(['won', 'lost', 'accepted'])

/** Whether somebody decided, for now: a later report may still say otherwise. */
export const isDecided = ({ state }: Pick<DisputeRow, 'state'>): boolean => FINAL.has(state)

/** Whether evidence is awaited. */
export const awaitsAnswer = ({ state }: Pick<DisputeRow, 'state'>): boolean =>
  state !== 'evidence_submitted' && !FINAL.has(state)

/** A payment's own word for its disputes. */
export const disputeStateOf = (all: readonly Pick<DisputeRow, 'state' | 'stage'>[]): PaymentDisputeState => {
  const has = (found: (one: Pick<DisputeRow, 'state' | 'stage'>) => boolean): boolean => all.some(found)
  if (has((one) => !isDecided(one) && one.stage !== 'inquiry')) return 'open'
  if (has((one) => !isDecided(one))) return 'inquiry'
  if (has(({ state }) => state === 'lost' || state === 'accepted')) return 'lost'
  return all.length === 0 ? 'none' : 'won'
}
