import type { StatementItem, StatementReader } from '@florin/core/statements'
import { describe, expect, test } from 'vitest'
import { CHARGE, INTENT, OPERATION } from '../../test/commands.ts'
import { stripeBalanceTransactions, stripePayoutReconciliation } from './readers.ts'

const COLUMNS = [
  'balance_transaction_id',
  'created_utc',
  'available_on_utc',
  'currency',
  'gross',
  'fee',
  'net',
  'reporting_category',
  'source_id',
  'description',
  'customer_facing_amount',
  'customer_facing_currency',
  'automatic_payout_id',
  'charge_id',
  'payment_intent_id',
  'payment_metadata[florin_attempt]',
  'refund_metadata[florin_attempt]',
] as const

type Values = Partial<Record<(typeof COLUMNS)[number], string>>

const CAPTURED: Values = {
  balance_transaction_id: 'txn_1',
  created_utc: '2026-11-21 10:11:12',
  available_on_utc: '2026-11-23',
  currency: 'eur',
  gross: '100.00',
  fee: '3.20',
  net: '96.80',
  reporting_category: 'charge',
  source_id: 'ch_3Florin',
  description: 'order 1',
  charge_id: 'ch_3Florin',
  payment_intent_id: INTENT,
  'payment_metadata[florin_attempt]': CHARGE,
}

async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text)
}
const readAll = async (reader: StatementReader, text: string): Promise<readonly StatementItem[]> => {
  const items: StatementItem[] = []
  for await (const group of reader.read(bytes(text))) items.push(...group)
  return items
}
const read = async (over: Values, reader = stripeBalanceTransactions()): Promise<StatementItem | undefined> => {
  const values = { ...CAPTURED, ...over }
  const text = `${COLUMNS.join(',')}\n${COLUMNS.map((column) => values[column] ?? '').join(',')}\n`
  return (await readAll(reader, text))[0]
}

describe('a line of Stripe’s balance', () => {
  test('is a capture with what Stripe kept, by its ids and ours', async () => {
    expect(await read({})).toEqual({
      is: 'line',
      line: 2,
      id: 'txn_1',
      kind: 'capture',
      currency: 'EUR',
      gross: 10_000n,
      fee: 320n,
      net: 9_680n,
      presentment: null,
      references: {
        attempt: CHARGE,
        gatewayId: 'ch_3Florin',
        parentGatewayId: INTENT,
        batch: null,
        endToEnd: null,
      },
      occurredAt: Date.parse('2026-11-21T10:11:12Z'),
      valueAt: Date.parse('2026-11-23T00:00:00Z'),
      text: 'charge: order 1',
    })
  })

  test('is a refund by its own attempt, and not by its charge’s', async () => {
    const refund = {
      ...{ reporting_category: 'refund', source_id: 're_3Florin', gross: '-100.00', fee: '0', net: '-100.00' },
      'refund_metadata[florin_attempt]': OPERATION,
    }
    expect(await read(refund)).toMatchObject({
      kind: 'refund',
      gross: -10_000n,
      references: { attempt: OPERATION, gatewayId: 're_3Florin', parentGatewayId: INTENT },
    })
    expect(await read({ ...refund, 'refund_metadata[florin_attempt]': '' })).toMatchObject({
      references: { attempt: null },
    })
  })

  test('is a dispute with its fee', async () => {
    const dispute = { reporting_category: 'dispute', source_id: 'dp_3Florin', gross: '-100', fee: '15', net: '-115' }
    expect(await read(dispute)).toMatchObject({ kind: 'dispute', gross: -10_000n, fee: 1_500n, net: -11_500n })
  })

  test('of a capture of less is under one id with the rest that it gave back', async () => {
    const rest = { reporting_category: 'partial_capture_reversal', source_id: 're_9', gross: '-4', fee: '0', net: '-4' }
    expect(await read(rest)).toMatchObject({ kind: 'capture', references: { gatewayId: 'ch_3Florin' } })
  })

  test.each([
    ['charge_failure', 'capture_undone'],
    ['refund_failure', 'refund_undone'],
    ['dispute_reversal', 'dispute_won'],
    ['fee', 'fee'],
    ['payout', 'payout'],
    ['payout_reversal', 'payout_undone'],
    ['risk_reserved_funds', 'transfer'],
    ['transfer', 'adjustment'],
    ['constructor', 'adjustment'],
  ])('of the category %s is a %s', async (category, kind) => {
    expect(await read({ reporting_category: category })).toMatchObject({ kind })
  })

  test('tells what the buyer paid where that was in another currency, signed as the line is', async () => {
    const facing = { customer_facing_amount: '110.00', customer_facing_currency: 'usd' }
    expect(await read(facing)).toMatchObject({ presentment: { currency: 'USD', amount: 11_000n, rate: null } })
    const back = { ...facing, gross: '-100', fee: '0', net: '-100' }
    expect(await read(back)).toMatchObject({ presentment: { amount: -11_000n } })
    expect(await read({ customer_facing_amount: '100.00', customer_facing_currency: 'eur' })).toMatchObject({
      presentment: null,
    })
  })

  test('counts as ISO 4217 does', async () => {
    const krona = { currency: 'isk', gross: '5000.00', fee: '0.00', net: '5000.00' }
    expect(await read(krona)).toMatchObject({ currency: 'ISK', gross: 5_000n })
  })

  test.each([
    [{ net: '96.81' }, 'do not add up'],
    [{ gross: '' }, 'do not add up'],
    [{ currency: '' }, 'currency is empty'],
    [{ created_utc: 'yesterday' }, "created_utc is 'yesterday'"],
    [{ balance_transaction_id: '' }, 'balance_transaction_id is empty'],
    [{ reporting_category: '' }, 'reporting_category is empty'],
  ])('that says %j is malformed', async (over, says) => {
    expect(await read(over)).toEqual({ is: 'malformed', line: 2, why: expect.stringContaining(says) })
  })
})

test('a payout reconciliation names the payout of each line, and a report of payouts alone has them', async () => {
  const paid = await read({ automatic_payout_id: 'po_3Florin' }, stripePayoutReconciliation())
  expect(paid).toMatchObject({ is: 'line', references: { batch: 'po_3Florin' } })
  expect(await read({}, stripePayoutReconciliation())).toMatchObject({ is: 'malformed' })
  const alone = 'payout_id,effective_at_utc,currency,balance_transaction_id,gross,fee,net,reporting_category'
  const line = 'po_3Florin,2026-11-25 00:00:00,eur,txn_9,-96.80,0.00,-96.80,payout'
  expect((await readAll(stripeBalanceTransactions(), `${alone}\n${line}`))[0]).toMatchObject({
    kind: 'payout',
    net: -9_680n,
    references: { gatewayId: 'po_3Florin', batch: 'po_3Florin' },
    occurredAt: Date.parse('2026-11-25T00:00:00Z'),
  })
})

test('another file is refused whole, with what its header lacks', async () => {
  await expect(readAll(stripePayoutReconciliation(), 'id,amount\n')).rejects.toThrow(
    /balance_transaction_id, created_utc or created.*automatic_payout_id/,
  )
})
