import { adyenSettlementDetail } from '@florin/adapters-adyen'
import { stripeBalanceTransactions, stripePayoutReconciliation } from '@florin/adapters-stripe'
import type { StatementItem, StatementReader } from '@florin/core/statements'
import { startAdyenDouble } from '@florin/testkit/adyen'
import { startStripeDouble } from '@florin/testkit/stripe'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runs, WITHIN_MS } from './runs.ts'
import { expectTyped, triedLong } from './unharmed.ts'
import { itemFault } from './well-formed.ts'

const CARD = '4111111111111111'

const stripeReport = async (): Promise<string> => {
  const double = await startStripeDouble()
  const body =
    'amount=10990&currency=eur&payment_method=pm_card_visa&confirm=true&description=two,+"florins"&metadata[florin_attempt]=att_1' +
    '&automatic_payment_methods[enabled]=true&automatic_payment_methods[allow_redirects]=never'
  const headers = { authorization: 'Bearer sk_test_florin', 'content-type': 'application/x-www-form-urlencoded' }
  for (let count = 0; count < 3; count += 1)
    await fetch(`${double.url}/v1/payment_intents`, { method: 'POST', headers, body })
  double.dashboard.refund('att_1', 500n)
  double.dashboard.openDispute('att_1', { amount: 1_000n })
  double.payOut()
  const report = double.balanceReport()
  await double.close()
  return report
}

const adyenReport = async (): Promise<string> => {
  const double = await startAdyenDouble()
  const body = JSON.stringify({
    merchantAccount: 'FlorinTestECOM',
    amount: { currency: 'EUR', value: 10_990 },
    reference: 'att_1',
    returnUrl: 'https://shop.test/',
    paymentMethod: {
      type: 'scheme',
      encryptedCardNumber: 'test_4111111111111111',
      encryptedExpiryMonth: 'test_03',
      encryptedExpiryYear: 'test_2030',
      encryptedSecurityCode: 'test_737',
    },
  })
  const headers = { 'x-api-key': double.apiKey, 'content-type': 'application/json' }
  for (let count = 0; count < 3; count += 1) await fetch(`${double.url}/payments`, { method: 'POST', headers, body })
  double.dashboard.refund('att_1', 500n)
  double.dashboard.openDispute('att_1', { amount: 1_000n })
  const [batch] = double.closeBatches()
  await double.close()
  return batch?.report ?? ''
}

const stripeText = await stripeReport()
const SUBJECTS: readonly (readonly [string, StatementReader, string])[] = [
  ['stripe’s balance', stripeBalanceTransactions(), stripeText],
  ['stripe’s payouts', stripePayoutReconciliation(), stripeText],
  ['adyen’s settlement', adyenSettlementDetail(), await adyenReport()],
]

async function* pieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const readAll = async (reader: StatementReader, bytes: Uint8Array, size = 1_024): Promise<readonly StatementItem[]> => {
  const items: StatementItem[] = []
  for await (const group of reader.read(pieces(bytes, size))) items.push(...group)
  return items
}

const noise = fc.oneof(
  fc.constantFrom(
    '"',
    '""',
    ',',
    '\n',
    '\r',
    '\0',
    '\ufeff',
    '-',
    '1e9',
    '9'.repeat(40),
    '\ud800',
    'é',
    CARD,
    '0.001',
    'x'.repeat(70_000),
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
/** Where something is put, of how much it takes the place, and what it is. */
const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), gone: fc.nat({ max: 12 }), put: noise })

describe.each(SUBJECTS)('%s', (_, reader, text) => {
  const headerEnd = text.indexOf('\n') + 1

  test('the sample is worth mutating', async () => {
    const items = await readAll(reader, Buffer.from(text))
    expect(items.length).toBeGreaterThan(4)
    expect(items.every(({ is }) => is === 'line')).toBe(true)
  })

  test(
    'whatever its lines are, a reader throws nothing, and gives what core can rely on, in order',
    async () => {
      let lines = 0
      let malformed = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(edit, { minLength: 1, maxLength: 4 }),
          fc.integer({ min: 1, max: 300 }),
          async (edits, size) => {
            let changed = text
            for (const { at, gone, put } of edits) {
              const where = headerEnd + Math.floor(at * (changed.length - headerEnd))
              changed = changed.slice(0, where) + put + changed.slice(where + gone)
            }
            const outcome = await triedLong(() => readAll(reader, Buffer.from(changed), size))
            if ('error' in outcome) throw new Error('read threw', { cause: outcome.error })
            let last = 0
            for (const item of outcome.value) {
              expect(itemFault(item)).toBeNull()
              expect(item.line).toBeGreaterThan(last)
              last = item.line
              if (item.is === 'line') lines += 1
              else malformed += 1
              if (item.is === 'malformed') expect(item.why).not.toContain(CARD)
              else if (item.is === 'line') expect(item.text).not.toContain(CARD)
            }
          },
        ),
        runs(400),
      )
      expect(Math.min(lines, malformed)).toBeGreaterThan(50)
    },
    WITHIN_MS,
  )

  test(
    'whatever the file is, it is read or refused by a typed error',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, headed) => {
          const given = headed ? Buffer.concat([Buffer.from(text.slice(0, headerEnd)), bytes]) : bytes
          const outcome = await triedLong(() => readAll(reader, given, 64))
          if ('error' in outcome) {
            expect(headed).toBe(false)
            return expectTyped(outcome.error, ['invalid_request'])
          }
          for (const item of outcome.value) expect(itemFault(item)).toBeNull()
        }),
        runs(300),
      )
    },
    WITHIN_MS,
  )
})
