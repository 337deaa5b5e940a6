import { readFileSync } from 'node:fs'
import type { Answer, DeclineClass } from '@florin/core/gateways'
import { describe, expect, it } from 'vitest'
import { createAcquirer } from './acquirer/acquirer.ts'
import { SANDBOX_TOKENS, sandbox } from './index.ts'
import { drive } from './test-driver.ts'

type Token = (typeof SANDBOX_TOKENS)[number]['token']

const EXPECTED: Record<Token, 'applied' | 'customer' | 'gateway' | [DeclineClass, string]> = {
  tok_approve: 'applied',
  tok_approve_mastercard: 'applied',
  tok_approve_amex: 'applied',
  tok_slow: 'applied',
  tok_insufficient_funds: ['soft_balance', 'insufficient_funds'],
  tok_do_not_honor: ['soft_generic', 'do_not_honor'],
  tok_processing_error: ['technical', 'processing_error'],
  tok_expired_card: ['customer_action', 'expired_card'],
  tok_sca_required: ['customer_action', 'authentication_required'],
  tok_stolen_card: ['hard', 'stolen_card'],
  tok_never_again: ['hard', 'do_not_honor'],
  tok_fraud: ['fraud', 'fraud'],
  tok_retry_cap: ['cap', 'retry_limit_exceeded'],
  tok_3ds: 'customer',
  tok_3ds_declined: 'customer',
  tok_pending: 'gateway',
  tok_pending_declined: 'gateway',
}

const outcome = (answer: Answer) => {
  if (answer.effect === 'rejected') return [answer.decline.class, answer.decline.code]
  return answer.effect === 'pending' ? answer.awaits : answer.effect
}

describe.each(SANDBOX_TOKENS)('$token', ({ token, instrument }) => {
  const gateway = sandbox({ acquirer: createAcquirer({ slowMs: 1 }) })
  const { run, charge } = drive(gateway)

  it('has its documented outcome for every method and both kinds of charge', async () => {
    for (const type of ['card', 'apple_pay', 'google_pay'] as const)
      expect(outcome(await run(charge(token, { type })))).toEqual(EXPECTED[token])
    for (const type of ['card', 'bank_transfer', 'redirect'] as const)
      expect(outcome(await run(charge(token, { type }, 'sale')))).toEqual(EXPECTED[token])
  })

  it('shows its card and never a whole number', async () => {
    const command = charge(token)
    await run(command)
    const facts = gateway.acquirer.charge(command.attempt)?.instrument
    expect(facts).toMatchObject(instrument)
    expect(instrument.bin).toMatch(/^[0-9]{6}$/)
    expect(instrument.last4).toMatch(/^[0-9]{4}$/)
  })
})

it('the documentation lists exactly these tokens, with their cards', () => {
  const text = readFileSync(new URL('../../../../docs/sandbox.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| `(tok_\w+)` \| (\w+ \d{4}) \|/gm)].map(([, token, card]) => `${token} ${card}`)
  const known = SANDBOX_TOKENS.map(({ token, instrument }) => `${token} ${instrument.network} ${instrument.last4}`)
  expect(rows.sort()).toEqual(known.sort())
})

it('every class of decline that a gateway can give has a token', () => {
  const classes = new Set(Object.values(EXPECTED).flatMap((each) => (Array.isArray(each) ? [each[0]] : [])))
  // `configuration` is an unknown token's, `unavailable` is no gateway's to say
  expect([...classes].sort()).toEqual([
    'cap',
    'customer_action',
    'fraud',
    'hard',
    'soft_balance',
    'soft_generic',
    'technical',
  ])
})

it('tells the buyer nothing about a suspicion of fraud or theft', async () => {
  const { run, charge } = drive(sandbox())
  for (const token of ['tok_fraud', 'tok_stolen_card']) {
    const answer = await run(charge(token))
    expect(answer.effect === 'rejected' && answer.decline.message).not.toMatch(/fraud|stolen|theft/i)
  }
})

it("puts a scheme's advice before the decline code, and says which it was", async () => {
  const { run, charge } = drive(sandbox())
  expect(await run(charge('tok_never_again'))).toMatchObject({
    decline: { class: 'hard', code: 'do_not_honor', gatewayCode: 'do_not_honor', networkAdvice: '03' },
  })
})

it('refuses a token that it does not know', async () => {
  const { run, charge } = drive(sandbox())
  expect(await run(charge('4242424242424242'))).toMatchObject({
    effect: 'rejected',
    decline: { class: 'configuration', code: 'token_unknown' },
  })
})
