import { SETTLEMENT_STATES } from '@florin/core'
import { z } from 'zod'
import { amount, currency, instant, pageOf } from './scalars.ts'

const seller = z.string().nullable().meta({ description: "A seller by name; null for the merchant's own." })

/** A settlement. */
export const settlementView = z.object({
  object: z.literal('settlement'),
  id: z.string(),
  seller,
  currency,
  plan: z.string(),
  state: z.enum(SETTLEMENT_STATES),
  fromVersion: z.int(),
  toVersion: z.int(),
  scheduledFor: instant.nullable(),
  cutOffAt: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
  lines: z.int(),
  carriedIn: amount,
  captures: amount,
  fees: amount,
  refunds: amount,
  disputes: amount,
  adjustments: amount,
  reserveCover: amount,
  due: amount.meta({ description: 'The sum of all of the above.' }),
  paid: amount.meta({ description: 'What became available.' }),
  reserved: amount,
  carriedOut: amount.meta({ description: 'What the next settlement begins with.' }),
  movedAt: instant.nullable(),
  reserve: z.object({ state: z.enum(['none', 'held', 'released']), due: instant.nullable() }),
  payout: z.string().nullable(),
  failure: z.string().nullable(),
})

/** A settlement with all its lines. */
export const settlementStatement = z.object({
  object: z.literal('settlement_statement'),
  settlement: settlementView,
  lines: z.array(
    z.object({
      at: instant,
      kind: z
        .enum(['capture', 'fee', 'refund', 'dispute', 'adjustment', 'reserve_cover'])
        .meta({ description: 'More kinds may come.' }),
      subject: z.string().meta({ description: 'What it is about: a payment, mostly.' }),
      transaction: z.string(),
      type: z.string(),
      amount,
    }),
  ),
})

/** One page of settlements. */
export const settlementPage = pageOf(settlementView)

/** A merchant's plans. */
export const planList = pageOf(
  z.object({
    name: z.string(),
    mode: z.enum(['instant', 'scheduled', 'batch']),
    nextAt: instant.nullable(),
    lastAt: instant.nullable(),
    missedAt: instant.nullable(),
  }),
)

/** What an owner has, and where. */
export const walletView = z.object({
  object: z.literal('wallet'),
  seller,
  balances: z.array(
    z.object({
      currency,
      pending: amount.meta({ description: 'Captured, and not settled yet.' }),
      available: amount,
      reserved: amount,
      frozen: amount.meta({ description: 'By open disputes.' }),
      onItsWay: amount,
      paidOut: amount,
    }),
  ),
})

/** One page of wallets. */
export const walletPage = pageOf(walletView)
