import { afterEach, beforeEach, expect, test } from 'vitest'
import { sandbox } from '../../sandbox/index.ts'
import { drive } from '../../sandbox/test-driver.ts'
import { type SandboxDouble, startSandboxDouble } from './sandbox-double.ts'

let double: SandboxDouble
let gateway: ReturnType<typeof sandbox>

beforeEach(async () => {
  double = await startSandboxDouble()
  gateway = sandbox({
    baseUrl: double.url,
    apiKey: double.apiKey,
    webhookSecret: double.webhookSecret,
  }) as typeof gateway
})
afterEach(async () => {
  await gateway.transport.close?.()
  await double.close()
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('the books follow what is held, taken, given back and released', async () => {
  const { authorized, run, capture, refund } = drive(gateway)
  const target = await authorized()
  const held = { reference: target.attempt, currency: 'EUR', amount: 10_000n, captured: 0n, refunded: 0n }
  expect(double.books()).toMatchObject([{ ...held, authorized: 10_000n, state: 'authorized' }])
  await run(capture(target, 4_000n))
  await run(refund(target, 1_000n))
  expect(double.books()).toMatchObject([{ authorized: 4_000n, captured: 4_000n, refunded: 1_000n, state: 'captured' }])
  expect(double.mutations()).toBe(3)
})

test('pending charges end as their tokens say, once deliveries are asked for', async () => {
  const { run, charge } = drive(gateway)
  await run(charge('tok_pending', { type: 'redirect' }, 'sale'))
  await run(charge('tok_pending_declined', { type: 'redirect' }, 'sale'))
  expect(double.books().map(({ state }) => state)).toEqual(['waiting', 'waiting'])
  double.deliveries()
  expect(double.books().map(({ state }) => state)).toEqual(['captured', 'declined'])
  await turn()
  const told = double.deliveries().flatMap(({ body, account }) => gateway.parse(body, account))
  expect(told.map(({ answer }) => answer.effect)).toEqual(['applied', 'rejected'])
  expect(double.deliveries()).toEqual([]) // each is given once
})

test('a challenge is answered as the buyer would, and declined where the buyer fails', async () => {
  const { run, charge, complete, target } = drive(gateway)
  for (const [outcome, effect] of [
    ['confirm', 'applied'],
    ['fail', 'rejected'],
  ] as const) {
    const command = charge('tok_3ds')
    const answer = await run(command)
    if (answer.effect !== 'pending' || answer.action === undefined) throw new Error('it does not wait for the buyer')
    const payload = await double.answerChallenge(answer.action, outcome)
    expect(await run(complete(target(command, answer), payload))).toMatchObject({ effect })
  }
})
