import type { RawDelivery } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { type Listening, listening, signed } from '../inbox.ts'
import { rows } from '../rows.ts'
import { auditDisputes, balances, only } from './dispute-world.ts'

const DAY = 86_400_000

/** A payment, and the webhooks of a dispute's whole life: opened, answered, won, opened anew, lost. */
const life = async (): Promise<Listening & { readonly told: readonly RawDelivery[] }> => {
  const world = await listening({ options: { disputes: { fee: { EUR: '20.00' } } } })
  const { w, mail } = world
  await w.pay()
  const before = mail.length
  const { dashboard } = w.acquirer
  const { id } = dashboard.openDispute(w.acquirer.books().charges[0]?.id ?? '')
  const steps = [
    () => dashboard.answerDispute(id),
    () => dashboard.decideDispute(id, 'won'),
    () => dashboard.escalateDispute(id, 'pre_arbitration'),
    () => dashboard.decideDispute(id, 'lost'),
  ]
  for (const step of steps) {
    await w.advance(60_000) // an event for each minute: webhooks are signed as of when they are sent
    step()
  }
  await w.advance(10)
  return { ...world, told: mail.slice(before) }
}

const permutations = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  all.length < 2
    ? [all]
    : all.flatMap((one, index) => permutations(all.filter((_, at) => at !== index)).map((rest) => [one, ...rest]))

const ORDERS = permutations([0, 1, 2, 3, 4])

describe('the webhooks of a dispute', () => {
  test('end in the same dispute and the same books in whatever order they come, twice or once, and where all but the last are lost', async () => {
    const ends = new Set<string>()
    const orders = [...ORDERS.filter((_, index) => index % 4 === 0), [4], [4, 4, 0], [0, 4]]
    for (const order of orders) {
      const { w, hand, told } = await life()
      for (const index of [...order, ...order]) {
        await hand(told[index])
        await w.advance(10)
      }
      await w.tick()
      const { status, stage, frozen, lost, withdrawn, fee, gatewayFee } = await only(w)
      ends.add(
        JSON.stringify({ status, stage, frozen, lost, withdrawn, fee, gatewayFee, books: show(await balances(w)) }),
      )
      await auditDisputes(w)
    }
    expect([...ends].map((end) => JSON.parse(end))).toMatchObject([
      { status: 'lost', stage: 'pre_arbitration', frozen: '0.00', lost: '100.00', fee: '20.00', gatewayFee: '15.00' },
    ])
  })

  test('that come before anything is known of their charge wait for it', async () => {
    const { w, mail, hand, list } = await listening()
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'charge' } })
    expect(await w.pay({ method: { type: 'redirect', token: 'tok_approve' } })).toMatchObject({ status: 'processing' })
    w.acquirer.dashboard.openDispute(w.acquirer.books().charges[0]?.id ?? '')
    await w.advance(10)
    await hand(mail.at(-1))
    await w.advance(10)
    expect((await w.run(w.florin.disputes.list())).data).toEqual([])
    expect(await list('waiting')).toMatchObject([{ note: 'no_such_attempt' }])
    for (let turn = 0; turn < 6; turn++) {
      await w.advance(20_000)
      await w.tick()
    }
    expect(await only(w)).toMatchObject({ status: 'evidence_due', frozen: '100.00' })
    await auditDisputes(w)
  })

  test('are shown as what they say, and a reason in the gateway’s words without a card number', async () => {
    const { w, mail, hand, list } = await listening()
    const { id } = await w.pay()
    const dispute = w.acquirer.dashboard.openDispute(w.acquirer.books().charges[0]?.id ?? '')
    await w.advance(10)
    const reason = { code: '4111111111111111', text: null }
    await hand(patchedMail(w, mail.at(-1), (data) => ({ ...data, reason })))
    await w.advance(10)
    const [delivery] = await list('processed')
    const { facts, disputes } = await w.run(w.florin.webhooks.get(delivery?.id ?? ''))
    expect(facts).toEqual([])
    expect(disputes).toMatchObject([
      { dispute: dispute.id, report: 'opened', stage: 'chargeback', amount: '100.00' },
      { dispute: dispute.id, report: 'withdrawn', charge: dispute.charge },
    ])
    expect((await only(w)).reason.code).toBe('************1111')
    expect(JSON.stringify(await w.run(w.florin.payments.timeline(id)))).not.toContain('4111111111111111')
  })

  test('about a charge that is nobody’s here are left to whose they are', async () => {
    const { w, mail, hand, list } = await listening()
    await w.pay()
    w.acquirer.dashboard.openDispute(w.acquirer.books().charges[0]?.id ?? '')
    await w.advance(10)
    const foreign = strange(w, mail.at(-1))
    await hand(foreign)
    for (let turn = 0; turn < 60; turn++) {
      await w.advance(DAY / 8)
      await w.tick()
    }
    expect(await list('ignored')).toMatchObject([{ note: 'unmatched' }])
    expect(await rows(w.inner, 'disputes')).toEqual([])
  })

  test('in another currency than the payment’s book nothing, and a person looks', async () => {
    const { w, mail, hand } = await listening()
    const { id } = await w.pay()
    w.acquirer.dashboard.openDispute(w.acquirer.books().charges[0]?.id ?? '')
    await w.advance(10)
    await hand(patchedMail(w, mail.at(-1), (data) => ({ ...data, currency: 'USD' })))
    await w.advance(10)
    expect(await only(w)).toMatchObject({ currency: 'USD', frozen: '0.00', withdrawn: '0.00' })
    expect(await w.get(id)).toMatchObject({ disputed: '0.00', needsReview: true })
    expect((await w.florin.verify()).ok).toBe(true)
  })
})

const show = (all: Readonly<Record<string, bigint>>): string =>
  JSON.stringify(Object.entries(all).sort(), (_, v) => (typeof v === 'bigint' ? `${v}` : v))

type Data = Readonly<Record<string, unknown>>
const patchedMail = (
  w: Listening['w'],
  delivery: RawDelivery | undefined,
  patch: (data: Data) => Data,
): RawDelivery => {
  const event = JSON.parse(Buffer.from(delivery?.body ?? []).toString('utf8')) as { readonly data: Data }
  return signed(w, JSON.stringify({ ...event, data: patch(event.data) }))
}

const strange = (w: Listening['w'], delivery: RawDelivery | undefined): RawDelivery =>
  patchedMail(w, delivery, (data) => ({
    ...data,
    id: 'dp_x',
    charge: 'ch_x',
    charge_reference: 'order-of-another-shop',
  }))
