import { describe, expect, test } from 'vitest'
import { listening } from '../inbox.ts'
import { type AttemptCells, type ObligationCells, rows, table } from '../rows.ts'
import { card, world } from '../world.ts'
import {
  auditDisputes,
  balances,
  captured,
  DAY,
  dispute,
  FROZEN,
  HOUR,
  only,
  PENDING,
  settle,
} from './dispute-world.ts'

describe('a charge that counts for nobody', () => {
  test('is disputed at the expense of suspense, and its payment’s own money stays free', async () => {
    const options = { merchants: { mer_default: { refundLateSuccess: true } } }
    const w = await world({ webhooks: true, options, acquirer: { fees: { basisPoints: 0 } } })
    const { id } = await w.pay({ method: { type: 'bank_transfer', token: 'tok_pending' } })
    await w.run(w.florin.payments.retry(id, { method: card() }))
    w.acquirer.fail({ how: 'drop_before', when: { operation: 'refund' }, times: Number.POSITIVE_INFINITY })
    const late = w.acquirer.books().charges[0]?.id ?? ''
    w.acquirer.settlePending(late, 'approve')
    await w.advance(10)
    await dispute(w, late)
    expect(await balances(w)).toMatchObject({ [FROZEN]: 10_000n, [PENDING]: 10_000n })
    expect((await balances(w))['suspense/EUR']).toBeUndefined()
    expect(await w.get(id)).toMatchObject({ disputed: '0.00', disputeState: 'open', refundable: '100.00' })
    await auditDisputes(w)
  })

  test('is not refunded while its bank takes it back, and is once the bank gave it up', async () => {
    const options = { merchants: { mer_default: { refundLateSuccess: true } } }
    const w = await world({ webhooks: true, options, acquirer: { fees: { basisPoints: 0 } } })
    const { id } = await w.pay({ method: { type: 'bank_transfer', token: 'tok_pending' } })
    await w.run(w.florin.payments.retry(id, { method: card() }))
    w.acquirer.fail({ how: 'drop_before', when: { operation: 'refund' } })
    const late = w.acquirer.books().charges[0]?.id ?? ''
    w.acquirer.settlePending(late, 'approve')
    await w.advance(10)
    const { id: disputeId } = await dispute(w, late)
    const refunds = async () =>
      (await rows<AttemptCells>(w.inner, 'attempts')).filter((one) => one.kind === 'refund' && one.state === 'rejected')
    for (let turn = 0; turn < 10; turn++) {
      await w.advance(HOUR)
      await w.tick()
    }
    const refused = (await refunds()).length
    for (let turn = 0; turn < 10; turn++) {
      await w.advance(6 * HOUR)
      await w.tick()
    }
    expect((await refunds()).length).toBe(refused) // nothing more is asked for
    expect(w.acquirer.books().charges[0]).toMatchObject({ refunded: 0n })
    w.acquirer.dashboard.decideDispute(disputeId, 'won')
    for (let turn = 0; turn < 8; turn++) {
      await w.advance(DAY)
      await w.tick()
    }
    expect(w.acquirer.books().charges[0]).toMatchObject({ refunded: 10_000n })
    expect(await rows<ObligationCells>(w.inner, 'obligations')).toMatchObject([{ proof: 'refunded' }])
    await auditDisputes(w)
  })
})

describe('several servers', () => {
  test('that hear of a dispute at once, and act on it at once, make one of each', async () => {
    const { w, mail } = await listening({ acquirer: { fees: { basisPoints: 0 } } })
    await w.pay()
    w.acquirer.dashboard.openDispute(w.acquirer.books().charges[0]?.id ?? '')
    await w.advance(10)
    const delivery = mail.at(-1)
    if (delivery === undefined) throw new Error('no webhook came')
    const servers = [w.florin, await w.another(), await w.another()]
    await w.run(
      Promise.all(servers.map((one) => one.webhooks.receive({ gateway: 'sandbox', ...delivery }))).then(() =>
        Promise.all(servers.map((one) => one.webhooks.redrive({ state: 'processed', limit: 5 }))),
      ),
    )
    const { id } = await only(w)
    await w.run(Promise.all(servers.map((one) => one.disputes.accept(id))))
    await w.run(Promise.all(servers.map((one) => one.tick())))
    await settle(w)
    expect(await rows(w.inner, 'disputes')).toHaveLength(1)
    expect(await rows(w.inner, 'dispute_acts')).toMatchObject([{ state: 'applied', tries: 0 }])
    expect((await balances(w))[FROZEN]).toBeUndefined()
    await auditDisputes(w)
  })

  test('two disputes of one payment, told at once, are both counted', async () => {
    const { w, payment, charge } = await captured({ acquirer: { fees: { basisPoints: 0 } } })
    w.acquirer.dashboard.openDispute(charge, { amount: 3_000n })
    w.acquirer.dashboard.openDispute(charge, { amount: 4_500n })
    await settle(w)
    expect(await w.get(payment.id)).toMatchObject({ disputed: '75.00', refundable: '25.00' })
    const { data } = await w.run(w.florin.disputes.list({ payment: payment.id }))
    w.acquirer.dashboard.decideDispute(data[0]?.gatewayId ?? '', 'won')
    await settle(w)
    expect(await w.get(payment.id)).toMatchObject({ disputed: '30.00', disputeState: 'open' })
    await auditDisputes(w)
  })
})

describe('verification', () => {
  const tampered = async (what: Readonly<Record<string, unknown>>, name = 'disputes') => {
    const { w, charge } = await captured()
    await dispute(w, charge)
    expect((await w.florin.verify()).ok).toBe(true)
    const [row] = await rows(w.inner, name)
    const inner = w.inner
    // A storage whose rows somebody has changed behind our back.
    const changed = (given: unknown): unknown => {
      const cells = given as Readonly<Record<string, unknown>>
      return cells.id === row?.id ? { ...cells, ...what } : given
    }
    const florin = await w.another({
      storage: () => ({
        ...inner,
        name: 'tampered',
        commit: (batch) => inner.commit(batch),
        find: async (of, query) => {
          const page = await inner.find(of, query)
          return { ...page, rows: of === table(name) ? (page.rows.map(changed) as typeof page.rows) : page.rows }
        },
        load: async (of, keys) => {
          const found = await inner.load(of, keys)
          return (of === table(name) ? found.map(changed) : found) as typeof found
        },
        scan: async function* (of, query) {
          for await (const page of inner.scan(of, query))
            yield (of === table(name) ? page.map(changed) : page) as typeof page
        },
        lease: (queues, options) => inner.lease(queues, options),
        unsealed: (limit) => inner.unsealed(limit),
        seal: (seal) => inner.seal(seal),
        head: (partition) => inner.head(partition),
        migrate: () => inner.migrate(),
        close: () => inner.close(),
      }),
    })
    const { ok, payments } = await florin.verify()
    expect(ok).toBe(false)
    return payments.problems.map((one) => one.what).join('; ')
  }

  test.each([
    [{ taken: 9_999n }, /taken of dispute dis_\w+ is 9999, its reports say 10000/],
    [{ withheld: 0n }, /withheld of dispute .* is 0, the ledger says 10000/],
    [{ gatewayFee: 1n }, /gatewayFee of dispute .* is 1, the ledger says 1500/],
    [{ merchantFee: 7n }, /merchantFee of dispute .* is 7, the ledger says 0/],
    [{ state: 'won' }, /state of dispute .* is won, its reports say evidence_due/],
  ])('finds a dispute that was changed: %o', async (what, found) => {
    expect(await tampered(what)).toMatch(found)
  })

  test.each([
    [{ disputed: 1n }, /disputed is 1, its disputes say 10000/],
    [{ disputeState: 'won' }, /disputeState is won, its disputes say open/],
    [{ disputed: 0n, disputeState: 'none' }, /knows nothing of its dispute dis_/],
  ])('finds a payment that was changed: %o', async (what, found) => {
    expect(await tampered(what, 'payments')).toMatch(found)
  })
})
