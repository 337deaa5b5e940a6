import { describe, expect, it } from 'vitest'
import { SANDBOX_METHODS, sandbox } from './index.ts'
import { drive } from './test-driver.ts'

const setUp = () => {
  const gateway = sandbox()
  const books = () => gateway.acquirer.books().currencies.EUR
  return { ...drive(gateway), gateway, acquirer: gateway.acquirer, books }
}
const refused = (code: string, more: object = {}) => ({ effect: 'rejected', decline: { code, ...more } })

describe('authorize and sale', () => {
  it('an authorization holds, with an end, and takes nothing', async () => {
    const { run, charge, books, acquirer } = setUp()
    const command = charge()
    const answer = await run(command)
    expect(answer).toMatchObject({ effect: 'applied', amount: 10_000n, instrument: { network: 'visa', last4: '4242' } })
    expect(answer.effect === 'applied' && answer.expiresAt).toBeGreaterThan(Date.now())
    expect(books()).toMatchObject({ authorized: 10_000n, held: 10_000n, captured: 0n, fees: 0n })
    expect(acquirer.charge(command.attempt)).toMatchObject({ capture: 'manual', status: 'authorized' })
  })

  it('a sale takes at once and says what that costs', async () => {
    const { run, charge, books } = setUp()
    expect(await run(charge('tok_approve', { type: 'redirect' }, 'sale'))).toMatchObject({
      effect: 'applied',
      amount: 10_000n,
      cost: 150n,
    })
    expect(books()).toMatchObject({ authorized: 10_000n, held: 0n, captured: 10_000n, fees: 150n })
  })

  it('a method without separate capture cannot be authorized', async () => {
    const { run, charge } = setUp()
    for (const type of ['bank_transfer', 'redirect'] as const)
      expect(await run(charge('tok_approve', { type }))).toMatchObject(refused('method_not_supported'))
  })

  it('a currency that it does not take, and an amount that is none, are refused', async () => {
    const { run, charge } = setUp()
    expect(await run(charge('tok_approve', { currency: 'XTS' }))).toMatchObject(refused('currency_not_supported'))
    for (const amount of [0n, -5n, 10n ** 18n])
      expect(await run(charge('tok_approve', { amount }))).toMatchObject(refused('invalid_request'))
  })
})

describe('capture', () => {
  it('a final capture takes a part and releases the rest', async () => {
    const { run, authorized, capture, books } = setUp()
    const target = await authorized()
    expect(await run(capture(target, 6_000n))).toMatchObject({ effect: 'applied', amount: 6_000n, cost: 90n })
    expect(books()).toMatchObject({ held: 0n, captured: 6_000n, released: 4_000n })
    expect(await run(capture(target, 1n))).toMatchObject(refused('already_captured'))
  })

  it('several captures take no more than is held', async () => {
    const { run, authorized, capture, books } = setUp()
    const target = await authorized()
    await run(capture(target, 4_000n, false))
    expect(await run(capture(target, 6_001n, false))).toMatchObject(refused('amount_too_large'))
    expect(await run(capture(target, 6_000n, false))).toMatchObject({ effect: 'applied' })
    expect(books()).toMatchObject({ held: 0n, captured: 10_000n, released: 0n })
  })

  it('a charge that never held anything cannot be captured', async () => {
    const { run, charge, target, capture } = setUp()
    const command = charge('tok_pending')
    const pending = target(command, await run(command))
    expect(await run(capture(pending, 1n))).toMatchObject(refused('not_capturable'))
    expect(await run(capture({ attempt: 'att_nobody', gatewayId: null }, 1n))).toMatchObject(refused('not_found'))
  })
})

describe('cancel', () => {
  it('releases the hold, by id and by our reference, and again without effect', async () => {
    for (const byReference of [false, true]) {
      const { run, authorized, cancel, books } = setUp()
      const held = await authorized()
      const target = byReference ? { ...held, gatewayId: null } : held
      expect(await run(cancel(target))).toMatchObject({ effect: 'applied' })
      expect(books()).toMatchObject({ held: 0n, released: 10_000n })
      expect(await run(cancel(target))).toMatchObject({ effect: 'applied' })
      expect(books()).toMatchObject({ held: 0n, released: 10_000n })
    }
  })

  it('after a partial capture releases what is left; after a full one there is nothing', async () => {
    const { run, authorized, capture, cancel, books } = setUp()
    const target = await authorized()
    await run(capture(target, 4_000n, false))
    expect(await run(cancel(target))).toMatchObject({ effect: 'applied' })
    expect(books()).toMatchObject({ captured: 4_000n, released: 6_000n, held: 0n })
    expect(await run(cancel(target))).toMatchObject(refused('already_captured'))
  })

  it('ends what is not decided yet, but cannot call a transfer back', async () => {
    const { run, charge, target, cancel, acquirer } = setUp()
    const card = charge('tok_3ds')
    expect(await run(cancel(target(card, await run(card))))).toMatchObject({ effect: 'applied' })
    expect(acquirer.charge(card.attempt)?.status).toBe('canceled')
    const transfer = charge('tok_pending', { type: 'bank_transfer' }, 'sale')
    expect(await run(cancel(target(transfer, await run(transfer))))).toMatchObject(refused('not_cancelable'))
    const paid = charge('tok_approve', { type: 'redirect' }, 'sale')
    expect(await run(cancel(target(paid, await run(paid))))).toMatchObject(refused('not_cancelable'))
  })

  it('of a declined charge, or of none, is refused', async () => {
    const { run, charge, target, cancel } = setUp()
    const declined = charge('tok_fraud')
    expect(await run(cancel(target(declined, await run(declined))))).toMatchObject(refused('not_cancelable'))
    expect(await run(cancel({ attempt: 'att_nobody', gatewayId: null }))).toMatchObject(refused('not_found'))
  })
})

describe('refund', () => {
  it('several partial refunds give back no more than was captured', async () => {
    const { run, authorized, capture, refund, books } = setUp()
    const target = await authorized()
    expect(await run(refund(target, 1n))).toMatchObject(refused('not_refundable'))
    await run(capture(target, 9_000n))
    expect(await run(refund(target, 4_000n))).toMatchObject({ effect: 'applied', amount: 4_000n })
    expect(await run(refund(target, 5_001n))).toMatchObject(refused('amount_too_large'))
    expect(await run(refund(target, 5_000n))).toMatchObject({ effect: 'applied' })
    expect(books()).toMatchObject({ captured: 9_000n, refunded: 9_000n })
  })

  it('of a bank transfer works, which nothing else does', async () => {
    const { run, charge, target, refund } = setUp()
    const paid = charge('tok_approve', { type: 'bank_transfer' }, 'sale')
    expect(await run(refund(target(paid, await run(paid)), 100n))).toMatchObject({ effect: 'applied' })
  })
})

describe('increment', () => {
  it('raises what is held to a new total, before any capture', async () => {
    const { run, authorized, increment, capture, books } = setUp()
    const target = await authorized()
    expect(await run(increment(target, 12_000n, 2_000n))).toMatchObject({ effect: 'applied', amount: 12_000n })
    expect(await run(increment(target, 12_000n, 0n))).toMatchObject(refused('amount_too_small'))
    expect(books()).toMatchObject({ authorized: 12_000n, held: 12_000n })
    await run(capture(target, 11_000n, false))
    expect(await run(increment(target, 15_000n, 3_000n))).toMatchObject(refused('not_incrementable'))
  })
})

describe('3-D Secure', () => {
  const challenged = async (token: string) => {
    const all = setUp()
    const command = all.charge(token)
    const answer = await all.run(command)
    return { ...all, command, answer, held: all.target(command, answer) }
  }

  it('asks for a redirect, and a passed challenge authorizes on completion only', async () => {
    const { run, complete, acquirer, command, answer, held, books } = await challenged('tok_3ds')
    expect(answer).toMatchObject({ effect: 'pending', awaits: 'customer', action: { type: 'redirect', method: 'GET' } })
    expect(answer.effect === 'pending' && answer.action?.url).toContain(held.gatewayId)
    expect(await run(complete(held, {}))).toMatchObject({ effect: 'pending' })
    const { payload, redirectUrl } = acquirer.challenge(command.attempt, 'pass')
    const returned = new URL(redirectUrl ?? '')
    expect(Object.fromEntries(returned.searchParams)).toEqual({ order: '1', ...payload })
    expect(books()?.authorized ?? 0n).toBe(0n)
    expect(await run(complete(held, payload))).toMatchObject({ effect: 'applied', gatewayId: held.gatewayId })
    expect(await run(complete(held, payload))).toMatchObject({ effect: 'applied' })
    expect(books()).toMatchObject({ authorized: 10_000n, held: 10_000n })
  })

  it('a failed challenge declines, also if the buyer comes back with another result or answers again', async () => {
    const { run, complete, acquirer, command, held } = await challenged('tok_3ds')
    acquirer.challenge(command.attempt, 'fail')
    expect(acquirer.challenge(command.attempt, 'pass').payload).toEqual(
      acquirer.challenge(command.attempt, 'fail').payload,
    )
    expect(await run(complete(held, { challenge_result: 'res_forged' }))).toMatchObject({ effect: 'pending' })
    expect(await run(complete(held, {}))).toMatchObject(refused('authentication_failed', { class: 'customer_action' }))
  })

  it('a passed challenge can still be declined by the issuer', async () => {
    const { run, complete, acquirer, command, held } = await challenged('tok_3ds_declined')
    const { payload } = acquirer.challenge(command.attempt, 'pass')
    expect(await run(complete(held, payload))).toMatchObject(refused('insufficient_funds'))
  })

  it('nothing else has a challenge', async () => {
    const { run, charge, acquirer } = setUp()
    const command = charge()
    await run(command)
    expect(() => acquirer.challenge(command.attempt, 'pass')).toThrow('no open challenge')
    expect(() => acquirer.challenge('att_nobody', 'pass')).toThrow('no charge')
  })
})

describe('lookup', () => {
  it('finds every command by the id of its object and by our reference', async () => {
    const { run, charge, target, capture, refund, cancel, increment, lookup, authorized } = setUp()
    const command = charge()
    const first = await run(command)
    const held = target(command, first)
    const steps = [increment(held, 11_000n, 1_000n), capture(held, 5_000n, false), cancel(held), refund(held, 1_000n)]
    for (const step of steps) {
      const answer = await run(step)
      expect(answer.effect).toBe('applied')
      const done = target(step, answer)
      for (const by of [done, { ...done, gatewayId: null }]) expect(await run(lookup(step.kind, by))).toEqual(answer)
    }
    const other = await authorized()
    for (const by of [other, { ...other, gatewayId: null }])
      expect(await run(lookup('authorize', by))).toMatchObject({ effect: 'applied', gatewayId: other.gatewayId })
  })

  it('tells what became of a charge since', async () => {
    const { run, charge, target, lookup, cancel, acquirer } = setUp()
    const pending = charge('tok_pending', { type: 'redirect' }, 'sale')
    const at = target(pending, await run(pending))
    expect(await run(lookup('sale', at))).toMatchObject({ effect: 'pending', awaits: 'gateway' })
    acquirer.settlePending(pending.attempt, 'approve')
    expect(await run(lookup('sale', at))).toMatchObject({ effect: 'applied', amount: 10_000n })
    const declined = charge('tok_do_not_honor')
    await run(declined)
    expect(await run(lookup('authorize', { attempt: declined.attempt, gatewayId: null }))).toMatchObject(
      refused('do_not_honor'),
    )
    const canceled = charge()
    const held = target(canceled, await run(canceled))
    await run(cancel(held))
    expect(await run(lookup('authorize', held))).toMatchObject(refused('canceled'))
  })

  it('says absent only where nothing is known, and unknown where two charges share a reference', async () => {
    const { run, charge, lookup } = setUp()
    for (const gatewayId of [null, 'ch_nobody', 'cap_nobody']) {
      const of = gatewayId?.startsWith('cap') ? 'capture' : 'authorize'
      expect(await run(lookup(of, { attempt: 'att_nobody', gatewayId }))).toEqual({ effect: 'absent' })
    }
    const command = charge()
    await run(command)
    await run({ ...command, key: 'another-key' })
    expect(await run(lookup('authorize', { attempt: command.attempt, gatewayId: null }))).toMatchObject({
      effect: 'unknown',
    })
  })
})

it('does what its capabilities say and no more', () => {
  const { capabilities } = sandbox()
  expect(capabilities.methods).toBe(SANDBOX_METHODS)
  expect(capabilities).toMatchObject({ lookupBy: ['gateway_id', 'reference'], webhooks: true, absenceAfterMs: 60_000 })
  expect(capabilities.currencies).toHaveLength(30)
  expect(capabilities.currencies).not.toContain('XTS')
  expect(capabilities.methods.redirect?.reverseBy).toEqual([])
})

it('keeps accounts apart', async () => {
  const gateway = sandbox({ accounts: ['eu', 'us'] })
  const { run, charge, lookup } = drive(gateway)
  const command = charge()
  const answer = await run(command)
  const target = { attempt: command.attempt, gatewayId: answer.effect === 'applied' ? answer.gatewayId : null }
  for (const by of [target, { ...target, gatewayId: null }])
    expect(await run({ ...lookup('authorize', by), account: 'us' })).toEqual({ effect: 'absent' })
  expect(await run({ ...command, account: 'us' })).toMatchObject({ effect: 'applied' })
  expect(await run({ ...command, account: 'mars' })).toMatchObject({ effect: 'not_sent' })
})
