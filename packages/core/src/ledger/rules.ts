import { FlorinError } from '../kernel/index.ts'
import { allocate } from '../money/index.ts'
import type { AccountRef, Phase, Posting } from '../records/index.ts'
import { gatewayCosts, merchantPending, platformFees, receivable, sellerPending } from './chart.ts'

/** At which gateway account money moves, and in which currency. */
export interface At {
  readonly gateway: string
  readonly account: string
  readonly currency: string
}

/** Whose part of an amount this is: a seller's, or the merchant's own (null). Parts of zero book nothing. */
export interface Share {
  readonly beneficiary: string | null
  /** Minor units. */
  readonly amount: bigint
}

/** A share of a capture. */
export interface CapturedShare extends Share {
  /** The merchant fee on this share, minor units. */
  readonly fee?: bigint
  /** How much of it the hold covers, where a gateway captured more than was held; the whole share if absent. */
  readonly fromHold?: bigint
}

const beneficiaryPending = (beneficiary: string | null, currency: string): AccountRef =>
  beneficiary === null ? merchantPending(currency) : sellerPending(beneficiary, currency)

/** One posting per share that is not zero, between the gateway's receivable and the beneficiary's pending money. */
const perShare = (
  at: At & { readonly shares: readonly Share[] },
  phase: Phase,
  towards: 'beneficiary' | 'gateway',
): Posting[] => {
  const { currency } = at
  const gateway = receivable(at.gateway, at.account, currency)
  const postings: Posting[] = []
  for (const { beneficiary, amount } of at.shares) {
    if (amount === 0n) continue
    const owner = beneficiaryPending(beneficiary, currency)
    postings.push(
      towards === 'beneficiary'
        ? { debit: gateway, credit: owner, amount, currency, phase }
        : { debit: owner, credit: gateway, amount, currency, phase },
    )
  }
  return postings
}

/** An authorisation: holds of what the gateway will owe, in favour of each beneficiary. */
export const holdPostings = (hold: At & { readonly shares: readonly Share[] }): readonly Posting[] =>
  perShare(hold, 'pending', 'beneficiary')

/** A cancel, an expiry, or what a final capture gives back: the holds, or these parts of them, end without money. */
export const releasePostings = (release: At & { readonly shares: readonly Share[] }): readonly Posting[] =>
  perShare(release, 'voided', 'beneficiary')

/**
 * A capture, gross: out of the hold where there was one (`held`), at once otherwise; and the merchant fee, a posting of its own from
 * each beneficiary. Fees are given by share, or as one `fee` that is split over the shares by their amounts.
 * @throws FlorinError `internal` when both are given, or a fee is larger than what it is taken from
 */
export const capturePostings = (
  capture: At & { readonly shares: readonly CapturedShare[]; readonly fee?: bigint; readonly held: boolean },
): readonly Posting[] => [...capturedMoney(capture), ...feePostings(capture, 'taken')]

const capturedMoney = (
  capture: At & { readonly shares: readonly CapturedShare[]; readonly held: boolean },
): Posting[] => {
  if (!capture.held) return perShare(capture, 'posted', 'beneficiary')
  if (capture.shares.every((share) => share.fromHold === undefined)) return perShare(capture, 'settled', 'beneficiary')
  const held = (share: CapturedShare): bigint =>
    share.fromHold === undefined || share.fromHold > share.amount ? share.amount : share.fromHold
  const part = (amountOf: (share: CapturedShare) => bigint) =>
    capture.shares.map((share) => ({ beneficiary: share.beneficiary, amount: amountOf(share) }))
  return [
    ...perShare({ ...capture, shares: part(held) }, 'settled', 'beneficiary'),
    ...perShare({ ...capture, shares: part((share) => share.amount - held(share)) }, 'posted', 'beneficiary'),
  ]
}

/**
 * A capture that failed after all: the money and its fee go back. What it took out of the hold is no part of these: whoever undoes a capture
 * holds it again (`holdPostings`) as far as the authorisation still stands.
 */
export const captureUndonePostings = (
  capture: At & { readonly shares: readonly CapturedShare[]; readonly fee?: bigint },
): readonly Posting[] => [...feePostings(capture, 'given back'), ...perShare(capture, 'posted', 'gateway')]

/** A refund that the gateway made: out of the beneficiaries' pending money, below zero if they have none left. */
export const refundPostings = (refund: At & { readonly shares: readonly Share[] }): readonly Posting[] =>
  perShare(refund, 'posted', 'gateway')

/** A refund that bounced: the money is the beneficiaries' again. */
export const refundUndonePostings = (refund: At & { readonly shares: readonly Share[] }): readonly Posting[] =>
  perShare(refund, 'posted', 'beneficiary')

/** What the gateway charged us, taken out of what it owes; a negative cost is one that it gave back. Zero books nothing. */
export const costPostings = (cost: At & { readonly amount: bigint }): readonly Posting[] => {
  const { gateway, account, currency, amount } = cost
  if (amount === 0n) return []
  const costs = gatewayCosts(gateway, account, currency)
  const owed = receivable(gateway, account, currency)
  return amount > 0n
    ? [{ debit: costs, credit: owed, amount, currency, phase: 'posted' }]
    : [{ debit: owed, credit: costs, amount: -amount, currency, phase: 'posted' }]
}

const feePostings = (
  capture: At & { readonly shares: readonly CapturedShare[]; readonly fee?: bigint },
  way: 'taken' | 'given back',
): Posting[] => {
  const { currency, shares } = capture
  const fees = feesOf(shares, capture.fee ?? 0n)
  const platform = platformFees(currency)
  const postings: Posting[] = []
  for (const [index, { beneficiary, amount }] of shares.entries()) {
    const fee = fees[index] ?? 0n
    if (fee === 0n) continue
    if (fee < 0n || fee > amount) throw badFee(fee, amount, currency)
    const owner = beneficiaryPending(beneficiary, currency)
    postings.push(
      way === 'taken'
        ? { debit: owner, credit: platform, amount: fee, currency, phase: 'posted' }
        : { debit: platform, credit: owner, amount: fee, currency, phase: 'posted' },
    )
  }
  return postings
}

const feesOf = (shares: readonly CapturedShare[], fee: bigint): readonly bigint[] => {
  if (fee === 0n) return shares.map((share) => share.fee ?? 0n)
  if (shares.some((share) => share.fee !== undefined)) {
    throw new FlorinError('internal', 'a capture names a fee for the whole and fees by share: give one or the other')
  }
  const whole = shares.reduce((sum, share) => sum + share.amount, 0n)
  if (fee < 0n || fee > whole) throw badFee(fee, whole, shares.length === 1 ? 'in one share' : 'in all shares')
  return allocate(
    fee,
    shares.map((share) => share.amount),
  )
}

const badFee = (fee: bigint, amount: bigint, of: string): FlorinError =>
  new FlorinError('internal', `a fee of ${fee} on ${amount} ${of}: a fee is between zero and the amount`)
