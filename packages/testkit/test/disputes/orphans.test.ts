import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AttemptCells, type ObligationCells, rows } from '../rows.ts'
import { card, type World, world } from '../world.ts'
import { auditDisputes, balances, DAY, dispute, HOUR, settle } from './dispute-world.ts'

/** A sale that succeeded after its payment was paid otherwise: its duty to be refunded has begun, and the first request was lost. */
const leftBehind = async (): Promise<{ w: World; late: string }> => {
  const options = { merchants: { mer_default: { refundLateSuccess: true } } }
  const w = await world({ webhooks: true, options, acquirer: { fees: { basisPoints: 0 } } })
  const { id } = await w.pay({ method: { type: 'bank_transfer', token: 'tok_pending' } })
  await w.run(w.florin.payments.retry(id, { method: card() }))
  w.acquirer.fail({ how: 'drop_before', when: { operation: 'refund' } })
  const late = w.acquirer.books().charges[0]?.id ?? ''
  w.acquirer.settlePending(late, 'approve')
  await w.advance(10)
  await w.tick()
  expect(await refundsOf(w)).toMatchObject([{ state: 'unknown' }])
  return { w, late }
}

const turns = async (w: World, count: number, ms: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) {
    await w.advance(ms)
    await w.tick()
  }
}

const refundsOf = async (w: World) =>
  (await rows<AttemptCells>(w.inner, 'attempts')).filter(({ kind }) => kind === 'refund')
const duties = (w: World) => rows<ObligationCells>(w.inner, 'obligations')
const charge = (w: World) => w.acquirer.books().charges[0]

describe('a charge that was left behind, and is disputed while its refund is on the way', () => {
  test('has that refund not sent again, whatever the gateway would take, and is settled by the dispute once it is lost', async () => {
    const { w, late } = await leftBehind()
    const { id } = await dispute(w, late, { withdraw: false }) // so that the gateway itself would not refuse the refund
    await turns(w, 12, HOUR)
    await turns(w, 6, DAY)
    expect(charge(w)).toMatchObject({ refunded: 0n })
    expect(await duties(w)).toMatchObject([{ proof: null }])
    w.acquirer.dashboard.decideDispute(id, 'lost')
    await settle(w)
    await settle(w)
    expect(await duties(w)).toMatchObject([{ proof: 'refunded', due: null }])
    await turns(w, 6, DAY)
    expect(charge(w)).toMatchObject({ refunded: 0n, disputed: 10_000n })
    const { entries } = await w.run(w.florin.payments.timeline((await w.florin.payments.list()).data[0]?.id ?? ''))
    const told = entries.filter(({ type }) => type === 'attempt.reversed')
    expect(told).toMatchObject([{ data: { proof: 'refunded', disputes: [expect.stringMatching(/^dis_/)] } }])
    expect(await balances(w)).not.toHaveProperty('suspense/EUR')
    await auditDisputes(w)
  })

  test('is refunded, once, when the bank gives the dispute up', async () => {
    const { w, late } = await leftBehind()
    const { id } = await dispute(w, late, { withdraw: false })
    await turns(w, 3, HOUR)
    w.acquirer.dashboard.decideDispute(id, 'won')
    await turns(w, 8, DAY)
    expect(charge(w)).toMatchObject({ refunded: 10_000n, disputed: 0n })
    expect(await duties(w)).toMatchObject([{ proof: 'refunded' }])
    await auditDisputes(w)
  })

  test('is refunded as far as the dispute does not take it', async () => {
    const { w, late } = await leftBehind()
    const { id } = await dispute(w, late, { amount: 4_000n })
    await turns(w, 8, DAY)
    expect(charge(w)).toMatchObject({ refunded: 6_000n })
    expect(await duties(w)).toMatchObject([{ proof: null }])
    w.acquirer.dashboard.decideDispute(id, 'lost')
    await settle(w)
    await turns(w, 2, DAY)
    expect(charge(w)).toMatchObject({ refunded: 6_000n, disputed: 4_000n })
    expect(await duties(w)).toMatchObject([{ proof: 'refunded' }])
    await auditDisputes(w)
  })

  test('is refunded after all where a dispute that was lost is won in the next round', async () => {
    const { w, late } = await leftBehind()
    const { id } = await dispute(w, late)
    w.acquirer.dashboard.decideDispute(id, 'lost')
    await settle(w)
    await turns(w, 3, DAY)
    expect((await duties(w)).map(({ proof }) => proof)).toEqual(['refunded'])
    w.acquirer.dashboard.decideDispute(id, 'won')
    await settle(w)
    await turns(w, 3, DAY)
    expect(charge(w)).toMatchObject({ refunded: 10_000n, disputed: 0n })
    expect((await duties(w)).map(({ proof }) => proof)).toEqual(['refunded', 'refunded'])
    expect((await w.florin.payments.list()).data).toMatchObject([{ status: 'succeeded', refunded: '0.00' }])
    await auditDisputes(w)
  })

  test('is not refunded once more where it was refunded before the dispute', async () => {
    const { w, late } = await leftBehind()
    await turns(w, 3, HOUR)
    expect(charge(w)).toMatchObject({ refunded: 10_000n })
    const { id } = await dispute(w, late, { amount: 10_000n, withdraw: false })
    w.acquirer.dashboard.decideDispute(id, 'won')
    await turns(w, 3, DAY)
    expect(charge(w)).toMatchObject({ refunded: 10_000n })
    expect(await refundsOf(w)).toHaveLength(1)
    await auditDisputes(w)
  })
})

const STEPS = ['lose_request', 'lose_answer', 'hour', 'day', 'open', 'win', 'lose'] as const
type Step = (typeof STEPS)[number]

/** Plays one step; what the acquirer refuses did not happen. */
const play = async (w: World, step: Step, late: string, disputes: string[]): Promise<void> => {
  const { acquirer } = w
  const when = { operation: 'refund' } as const
  const last = disputes.at(-1) ?? ''
  switch (step) {
    case 'lose_request':
      return void acquirer.fail({ how: 'drop_before', when })
    case 'lose_answer':
      return void acquirer.fail({ how: 'drop_after', when })
    case 'hour':
      return turns(w, 1, HOUR)
    case 'day':
      return turns(w, 1, DAY)
    case 'open':
      if (disputes.length > 0) return
      disputes.push(acquirer.dashboard.openDispute(late, { withdraw: false }).id)
      break
    default:
      try {
        acquirer.dashboard.decideDispute(last, step === 'win' ? 'won' : 'lost')
      } catch {
        return
      }
  }
  await w.advance(10) // its webhook arrives
}

test('whatever is lost, and whichever way the dispute goes, a refund is executed only while no dispute is known to take the money', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...STEPS), { minLength: 4, maxLength: 12 }), async (steps) => {
      const { w, late } = await leftBehind()
      const disputes: string[] = []
      const isTaken = async () => (await w.run(w.florin.disputes.list())).data.some(({ status }) => status !== 'won')
      for (const step of [...steps, ...Array<Step>(6).fill('hour')]) {
        const [taken, before] = [await isTaken(), charge(w)?.refunded]
        await play(w, step, late, disputes)
        if (taken && step !== 'win') expect(charge(w)?.refunded).toBe(before)
      }
      w.acquirer.clearFaults()
      await turns(w, 8, DAY)
      if (!(await isTaken())) expect(charge(w)).toMatchObject({ refunded: 10_000n })
      expect(charge(w)?.refunded).toBeLessThanOrEqual(10_000n)
      await auditDisputes(w)
    }),
    { numRuns: 40, seed: 1, endOnFailure: true },
  )
})
