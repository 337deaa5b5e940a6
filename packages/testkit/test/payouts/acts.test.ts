import { SANDBOX_BANK_ACCOUNTS } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { rows } from '../rows.ts'
import { payoutWorld } from './payout-world.ts'

describe('ordering', () => {
  test('the same reference with the same content is the same payout, also of two at once', async () => {
    const w = await payoutWorld()
    await w.fund(10_000n)
    const destination = await w.destination()
    const order = { reference: 'r1', amount: '60.00', currency: 'EUR', destination }
    const other = await w.another()
    const [one, two] = await w.run(Promise.all([w.florin.payouts.create(order), other.payouts.create(order)]))
    expect(two).toEqual(one)
    expect(await w.run(w.florin.payouts.create({ ...order, amount: '60' }))).toEqual(one)
    expect(await rows(w.inner, 'payouts')).toHaveLength(1)
    const taken = await w.refusal(w.florin.payouts.create({ ...order, amount: '61.00' }))
    expect(taken).toMatchObject({ code: 'reference_taken', details: { payout: one?.id } })
    expect((await w.run(w.florin.payouts.list({ reference: 'r1' }))).data).toEqual([one])
  })

  test('of a seller takes the seller’s money, to the seller’s own account', async () => {
    const w = await payoutWorld()
    await w.fund(10_000n, 'ann')
    const { id } = await w.payOut({ owner: 'ann' })
    await w.tick()
    expect(await w.payout(id)).toMatchObject({ status: 'paid', owner: 'ann' })
    expect(await w.balances()).toMatchObject({ 'seller/ann/available/EUR': '40.00' })
    const merchants = await w.destination()
    const refused = await w.refusal(w.payOut({ owner: 'ann', destination: merchants }))
    expect(refused).toMatchObject({ code: 'invalid_request', details: { path: 'destination' } })
    expect(refused.message).toContain("is an account of the merchant itself, and the payout is for seller 'ann'")
    expect((await w.run(w.florin.payouts.list({ owner: 'ann' }))).data).toHaveLength(1)
    expect((await w.run(w.florin.payouts.list({ owner: 'bob' }))).data).toEqual([])
  })

  test.each([
    [{ amount: '0.00' }, 'amount', 'invalid_request'],
    [{ currency: 'CHF' }, undefined, 'currency_not_supported'],
    [{ rail: 'fax' }, 'rail', 'invalid_request'],
    [{ destination: 'dst_01kafv3x1ze3prn8t0gq0m52yd' }, undefined, 'not_found'],
    [{ purpose: 'refund' as const }, 'payment', 'invalid_request'],
    [{ executeOn: '2026-02-30' }, 'executeOn', 'invalid_request'],
  ])('refuses %o', async (more, path, code) => {
    const w = await payoutWorld()
    await w.fund(10_000n)
    const refused = await w.refusal(w.payOut(more))
    expect(refused).toMatchObject({ code, ...(path === undefined ? {} : { details: { path } }) })
    expect(await rows(w.inner, 'payouts')).toEqual([])
  })

  test('says what is missing where no rail is configured', async () => {
    const w = await payoutWorld({ options: { payouts: {} } })
    await w.fund(10_000n)
    const refused = await w.refusal(w.payOut())
    expect(refused).toMatchObject({ code: 'currency_not_supported' })
    expect(refused.message).toContain('configure one under `payouts.rails` (there are: none)')
  })
})

describe('people', () => {
  test('approve what is large, once; nothing is sent before', async () => {
    const w = await payoutWorld({ approveFrom: { EUR: '50.00' } })
    await w.fund(100_000n)
    const small = await w.payOut({ amount: '49.99' })
    const large = await w.payOut({ amount: '50.00' })
    expect([small.status, large.status]).toEqual(['approved', 'created'])
    await w.tick()
    expect(w.bank.transfers()).toHaveLength(1)
    const other = await w.another()
    await w.run(
      Promise.all([
        w.florin.payouts.approve(large.id, { by: 'ada' }),
        other.payouts.approve(large.id, { by: 'bob' }),
        w.florin.payouts.approve(large.id, { by: 'ada' }),
      ]),
    )
    await w.tick()
    expect(await w.payout(large.id)).toMatchObject({ status: 'paid', version: 4 })
    await auditAlways(w)
  })

  test('cancel what was not sent, and its money is available again', async () => {
    const w = await payoutWorld({ approveFrom: {} })
    await w.fund(10_000n)
    const { id } = await w.payOut()
    expect(await w.run(w.florin.payouts.cancel(id))).toMatchObject({ status: 'canceled' })
    expect(await w.run(w.florin.payouts.cancel(id))).toMatchObject({ status: 'canceled' })
    expect(await w.balances()).toMatchObject({ 'merchant/available/EUR': '100.00' })
    expect(await w.refusal(w.florin.payouts.approve(id, { by: 'ada' }))).toMatchObject({ code: 'invalid_state' })
    await w.tick()
    expect(w.bank.transfers()).toEqual([])
    await auditAlways(w)
  })

  test('cannot cancel what was sent', async () => {
    const w = await payoutWorld()
    await w.fund(10_000n)
    const { id } = await w.payOut({ iban: SANDBOX_BANK_ACCOUNTS.delays })
    await w.tick()
    expect(await w.payout(id)).toMatchObject({ status: 'processing' })
    const refused = await w.refusal(w.florin.payouts.cancel(id))
    expect(refused).toMatchObject({ code: 'invalid_state', details: { state: 'processing' } })
  })

  test('testify of what nobody else tells, and a statement may tell otherwise', async () => {
    const w = await payoutWorld()
    await w.fund(10_000n)
    const { id } = await w.payOut({ iban: SANDBOX_BANK_ACCOUNTS.delays })
    const testimony = { by: 'ada', note: 'called the bank, it was refused' } as const
    const early = await w.refusal(w.florin.payouts.resolve(id, { outcome: 'failed', ...testimony }))
    expect(early).toMatchObject({ code: 'invalid_state', details: { state: 'approved' } })
    await w.tick()
    const told = await w.run(w.florin.payouts.resolve(id, { outcome: 'failed', ...testimony }))
    expect(told).toMatchObject({ status: 'failed', code: 'witnessed' })
    expect(await w.run(w.florin.payouts.resolve(id, { outcome: 'failed', ...testimony }))).toEqual(told)
    expect(await w.balances()).toMatchObject({ 'merchant/available/EUR': '100.00' })
    const [row] = await rows<{ note: Uint8Array }>(w.inner, 'payouts')
    expect(Buffer.from(row?.note ?? []).toString('latin1')).not.toContain('called the bank')
    await auditAlways(w)
  })

  test('hear of a transfer that the bank could not carry out', async () => {
    const w = await payoutWorld()
    await w.fund(10_000n)
    const { id } = await w.payOut({ iban: SANDBOX_BANK_ACCOUNTS.fails })
    for (let hours = 0; hours < 48; hours += 3) {
      await w.tick()
      await w.advance(3 * 3_600_000)
    }
    expect(await w.payout(id)).toMatchObject({ status: 'failed', code: 'MS03' })
    expect(await w.balances()).toMatchObject({ 'merchant/available/EUR': '100.00' })
  })
})

describe('destinations', () => {
  test('show no more than the last four digits, anywhere', async () => {
    const w = await payoutWorld()
    await w.fund(10_000n)
    const { id } = await w.payOut()
    await w.tick()
    const { data } = await w.run(w.florin.payouts.destinations.list())
    expect(data).toEqual([
      expect.objectContaining({ object: 'payout_destination', type: 'iban', country: 'DE', last4: '3000' }),
    ])
    const stored = await Promise.all(
      ['payouts', 'payout_destinations', 'events', 'jobs'].map((name) => rows(w.inner, name)),
    )
    const clear = JSON.stringify([stored, await w.payout(id)], (_, value: unknown) =>
      value instanceof Uint8Array
        ? Buffer.from(value).toString('latin1')
        : typeof value === 'bigint'
          ? String(value)
          : value,
    )
    expect(clear).not.toContain('0532013000')
    expect(clear).not.toContain('Lovelace')
  })

  test('are forgotten when they are removed; what was ordered goes on', async () => {
    const w = await payoutWorld()
    await w.fund(10_000n)
    const destination = await w.destination()
    const { id } = await w.payOut({ destination })
    await w.run(w.florin.payouts.destinations.remove(destination))
    await w.tick()
    expect(await w.payout(id)).toMatchObject({ status: 'paid' })
    expect(await w.refusal(w.florin.payouts.destinations.get(destination))).toMatchObject({ code: 'not_found' })
    expect(await w.refusal(w.payOut({ destination }))).toMatchObject({ code: 'not_found' })
    expect((await w.run(w.florin.payouts.destinations.list())).data).toEqual([])
  })

  test('are checked, and are no card numbers although some would pass for one', async () => {
    const w = await payoutWorld()
    const add = (iban: string, name = 'Ada') => w.florin.payouts.destinations.add({ name, iban })
    expect(await w.refusal(add('DE88370400440532013000'))).toMatchObject({
      message: 'iban: is not an IBAN: its check digits do not fit; copy it again',
      details: { path: 'iban' },
    })
    expect(await w.refusal(add('4111111111111111'))).toMatchObject({ code: 'invalid_request' })
    expect(await w.refusal(add('DE89370400440532013000', '4111111111111111'))).toMatchObject({
      details: { path: 'name' },
    })
    // Norway's have eleven digits of account, Malta's and Belgium's more: a run of digits that Luhn's check likes.
    expect(await w.run(add('BE71 0961 2345 6769'))).toMatchObject({ country: 'BE', last4: '6769' })
  })

  test('belong to one merchant', async () => {
    const w = await payoutWorld()
    await w.fund(10_000n)
    const destination = await w.destination()
    const { id } = await w.payOut({ destination })
    const other = w.florin.for('mer_other')
    expect(await w.refusal(other.payouts.destinations.get(destination))).toMatchObject({ code: 'not_found' })
    expect(await w.refusal(other.payouts.get(id))).toMatchObject({ code: 'not_found' })
    expect(await w.refusal(other.payouts.cancel(id))).toMatchObject({ code: 'not_found' })
    expect((await w.run(other.payouts.list())).data).toEqual([])
  })
})
