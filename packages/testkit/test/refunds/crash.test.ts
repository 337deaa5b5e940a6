import type { Florin } from '@florin/core'
import { describe, expect, test } from 'vitest'
import { audit, auditAlways, recover } from '../audit.ts'
import { type Death, mortal } from '../mortal.ts'
import { DAY_MS, requested, strict } from './setting.ts'

type Verb = (florin: Florin<'sandbox'>, refund: string, payment: string) => Promise<unknown>

const key = { idempotencyKey: 'crash-key' }
const VERBS: readonly { readonly name: string; readonly act: Verb; readonly ends: readonly string[] }[] = [
  { name: 'approve', act: (f, refund) => f.refunds.approve(refund, { by: 'op_1' }), ends: ['requested', 'succeeded'] },
  { name: 'deny', act: (f, refund) => f.refunds.deny(refund, { by: 'op_1' }), ends: ['requested', 'denied'] },
]

const begin = async (death: Death | null) => {
  const w = await strict({ requestDays: 2 }, { options: { whenInFlight: 'wait' } })
  const made = await requested(w)
  const process = mortal(w.runtime, death)
  const florin = await w.another(process.parts)
  process.arm()
  return { w, ...made, process, florin }
}

describe.each(VERBS)('a crash anywhere within: $name', ({ act, ends }) => {
  test('leaves it undone or done, and asking again does it once', async () => {
    const whole = await begin(null)
    await whole.process.live(act(whole.florin, whole.refund, whole.id))
    expect(whole.process.calls.length).toBeGreaterThan(2)
    for (let call = 1; call <= whole.process.calls.length; call++) {
      for (const when of ['before', 'after'] as const) {
        const { w, id, refund, process, florin } = await begin({ call, when })
        await process.live(act(florin, refund, id))
        const where = `${when} call ${call}, ${whole.process.calls[call - 1]}`
        expect(process.isDead(), where).toBe(true)
        await auditAlways(w)
        await recover(w)
        expect(ends, where).toContain((await w.run(w.florin.refunds.get(refund))).status)
        await w.run(act(w.florin, refund, id))
        await recover(w)
        expect((await w.run(w.florin.refunds.get(refund))).status, where).toBe(ends.at(-1))
        await audit(w)
      }
    }
  })
})

test('a crash anywhere within a request, and within its expiry, loses nothing', async () => {
  const ask: Verb = (florin, _, payment) => florin.payments.refund(payment, { amount: '30.00' }, key)
  const whole = await begin(null)
  await whole.process.live(ask(whole.florin, '', whole.id))
  for (let call = 1; call <= whole.process.calls.length; call++) {
    for (const when of ['before', 'after'] as const) {
      const { w, id, process, florin } = await begin({ call, when })
      await process.live(ask(florin, '', id))
      await auditAlways(w)
      await w.run(ask(w.florin, '', id)) // the same key: it is asked for once
      expect((await w.get(id)).refunds.map((one) => one.amount)).toEqual(['60.00', '30.00'])
      const dying = mortal(w.runtime, { call: call + 2, when })
      const other = await w.another(dying.parts)
      await w.advance(2 * DAY_MS)
      dying.arm()
      await dying.live(other.tick())
      await auditAlways(w)
      for (let turn = 0; turn < 3; turn++) {
        await w.advance(3_600_000) // two timers of one payment: one of them comes again
        await w.tick()
      }
      expect(await w.get(id)).toMatchObject({
        refundable: '100.00',
        refunds: [{ status: 'expired' }, { status: 'expired' }],
      })
      await audit(w)
    }
  }
})
