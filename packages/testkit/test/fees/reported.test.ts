import type { FeeSchedule } from '@florin/core'
import type { Gateway } from '@florin/core/gateways'
import type { SandboxGateway } from '@florin/testkit'
import { expect, test } from 'vitest'
import { auditAlways } from '../audit.ts'
import { type Books, books } from '../reconciliation/files.ts'

/** A gateway that leaves what it charges to its reports. */
const silent = (inner: SandboxGateway): Gateway => ({
  ...inner,
  read: (response, command) => {
    const answer = inner.read(response, command)
    return answer.effect === 'applied' ? { ...answer, cost: undefined } : answer
  },
})

const PASSED_ON: FeeSchedule = {
  rules: [{ name: 'plus', percent: '0.5', interchange: { estimate: { percent: '1' } } }],
}

const open = async (schedule: FeeSchedule): Promise<Books> => {
  const b = await books({ gateway: silent })
  await b.w.run(b.w.florin.fees.set(schedule, { expect: 0 }))
  return b
}

const feeOf = async ({ w }: Books, payment: string): Promise<string> => (await w.run(w.florin.fees.of(payment))).fee
const told = (attempt: string, fee: string) =>
  ({ id: `l-${fee}`, kind: 'capture', gross: '100.00', fee, attempt }) as const

const turn = async ({ w }: Books): Promise<void> => {
  await w.advance(1_000)
  await w.tick()
}

test('what a report says that captures cost makes their fees what was agreed, once', async () => {
  const b = await open(PASSED_ON)
  const [one, two] = [await b.sell('100.00'), await b.sell('100.00')]
  expect(await feeOf(b, one.payment)).toBe('1.50')
  await b.ingest([told(one.attempt, '0.40'), told(two.attempt, '2.10')])
  expect(await feeOf(b, one.payment)).toBe('1.50') // the file is one thing, and what follows another
  await turn(b)
  expect([await feeOf(b, one.payment), await feeOf(b, two.payment)]).toEqual(['0.90', '2.60'])
  await b.ingest([told(one.attempt, '0.40'), { ...told(one.attempt, '0.77'), id: 'again' }])
  await turn(b)
  expect(await feeOf(b, one.payment)).toBe('0.90') // a second line about it is a duplicate
  expect(await b.has('costs')).toBe(250n + 77n)
  await auditAlways(b.w)
})

test('a merchant whose fees pass nothing on has no timers for it', async () => {
  const b = await open({ rules: [{ name: 'all', percent: '1.5' }] })
  const { payment, attempt } = await b.sell('100.00')
  await b.ingest([told(attempt, '0.40')])
  expect(
    (await b.w.inner.lease(['fees.true_up'], { limit: 9, leaseMs: 1, now: b.w.runtime.clock.now(), token: 't' }))
      .length,
  ).toBe(0)
  expect(await feeOf(b, payment)).toBe('1.50')
})

test('also of a capture that the report itself tells of first', async () => {
  const b = await open(PASSED_ON)
  const { id } = await b.w.pay({ capture: 'manual' })
  const charge = (await b.attempts())[0]?.gatewayId ?? ''
  await b.ingest([{ id: 'l1', kind: 'capture', gross: '100.00', fee: '0.40', gatewayId: charge }])
  await turn(b)
  expect(await b.w.get(id)).toMatchObject({ captured: '100.00' })
  expect(await feeOf(b, id)).toBe('0.90')
  await auditAlways(b.w)
})

test('also where nobody knew what the line was about until later', async () => {
  const b = await open(PASSED_ON)
  const line = { id: 'early', kind: 'capture', gross: '77.00', fee: '0.40' } as const
  expect((await b.ingest([line])).counts).toMatchObject({ missingHere: 1 })
  const { payment } = await b.sell('77.00')
  expect(await feeOf(b, payment)).toBe('1.15') // 0.77 estimated, and 0.385 on top, half-even
  expect(await b.w.run(b.w.florin.reconciliation.lookAgain())).toBe(1)
  await turn(b)
  expect(await feeOf(b, payment)).toBe('0.78')
  await auditAlways(b.w)
})
