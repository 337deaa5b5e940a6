import { createSandboxBank, paperRail, SANDBOX_BANK_ACCOUNTS, sandboxRail } from '@florin/testkit'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../test/world.ts'

const bank = createSandboxBank({ clock: { now: () => Date.now() } })
const { call, pay, florin } = await createWorld(
  {},
  {
    payouts: { rails: { sandbox: sandboxRail({ bank }), paper: paperRail() }, approveFrom: { EUR: '40.00' } },
    settlement: { daily: { mode: 'batch', payout: 'none' } },
  },
)

const destination = async (): Promise<string> => {
  const body = { name: 'Ada', iban: SANDBOX_BANK_ACCOUNTS.pays }
  return (await call('POST', '/v1/payout_destinations', { body })).json.id
}

/** The body of a payout of what a sale just made available. */
const order = async (reference: string, more: Readonly<Record<string, unknown>> = {}) => {
  await pay()
  await florin.for('mer_alice').settlements.run({ plan: 'daily' })
  return { reference, amount: '10.00', currency: 'EUR', destination: await destination(), ...more }
}

const told = async (id: string) => (await call('GET', `/v1/payouts/${id}`)).json

describe('/v1/payouts', () => {
  it('refuses what is not available, and shows nothing of it', async () => {
    const body = { reference: 'p-0', amount: '10.00', currency: 'EUR', destination: await destination() }
    const refused = await call('POST', '/v1/payouts', { body })
    expect([refused.status, refused.json.code, refused.json.available]).toEqual([422, 'amount_too_large', '0.00'])
    expect((await call('GET', '/v1/payouts?reference=p-0')).json.data).toEqual([])
  })

  it('orders one, sends it, and says so; a repetition is the same payout', async () => {
    const body = await order('p-1')
    const made = await call('POST', '/v1/payouts', { body })
    expect([made.status, made.json]).toMatchObject([201, { object: 'payout', status: 'approved', amount: '10.00' }])
    expect((await call('POST', '/v1/payouts', { body })).json).toEqual(made.json)
    const other = await call('POST', '/v1/payouts', { body: { ...body, amount: '11.00' } })
    expect([other.status, other.json.code]).toEqual([409, 'reference_taken'])
    const keyed = await call('POST', '/v1/payouts', { body, headers: { 'idempotency-key': 'k' } })
    expect(keyed.json).toEqual(made.json) // the reference is what makes it safe to repeat
    await florin.tick()
    expect(await told(made.json.id)).toMatchObject({ status: 'paid' })
    const late = await call('POST', `/v1/payouts/${made.json.id}/cancel`)
    expect([late.status, late.json.code]).toEqual([409, 'invalid_state'])
    expect((await call('GET', `/v1/payouts/${made.json.id}`, { as: 'bob' })).status).toBe(404)
  })

  it('lets a large one wait for approval', async () => {
    const made = await call('POST', '/v1/payouts', { body: await order('p-2', { amount: '49.90' }) })
    expect(made.json).toMatchObject({ status: 'created' })
    const approved = await call('POST', `/v1/payouts/${made.json.id}/approve`, { body: { by: 'ada' } })
    expect([approved.status, approved.json]).toMatchObject([200, { status: 'approved' }])
    await florin.tick()
    expect(await told(made.json.id)).toMatchObject({ status: 'paid' })
  })

  it('writes files, byte for byte the same, and takes testimony of what became of them', async () => {
    const made = await call('POST', '/v1/payouts', { body: await order('p-3', { rail: 'paper' }) })
    const body = { rail: 'paper', reference: 'f-1' }
    const first = await call('POST', '/v1/payout_files', { body })
    expect([first.status, first.json.data]).toMatchObject([200, [{ object: 'payout_file', payouts: 1 }]])
    expect((await call('POST', '/v1/payout_files', { body })).text).toBe(first.text)
    const none = await call('POST', '/v1/payout_files', { body: { ...body, reference: 'f-2' } })
    expect([none.status, none.json.data]).toEqual([200, []])
    const testimony = { outcome: 'paid', by: 'ada', note: 'seen on the statement' }
    const paid = await call('POST', `/v1/payouts/${made.json.id}/resolve`, { body: testimony })
    expect([paid.status, paid.json]).toMatchObject([200, { status: 'paid' }])
    const fax = await call('POST', '/v1/payout_files', { body: { rail: 'fax', reference: 'f-3' } })
    expect([fax.status, fax.json.path]).toEqual([400, 'rail'])
  })
})

describe('/v1/payouts?needsReview=true', () => {
  it('lists those that a person should look at, and takes no other word', async () => {
    const found = await call('GET', '/v1/payouts?needsReview=true')
    expect([found.status, found.json]).toMatchObject([200, { object: 'list', data: [] }])
    const other = await call('GET', '/v1/payouts?needsReview=perhaps')
    expect([other.status, other.json.path]).toEqual([400, 'needsReview'])
  })
})

describe('/v1/payout_destinations', () => {
  it('keeps bank accounts, and shows their last four digits', async () => {
    const body = { name: 'Ada', iban: 'DE89 3704 0044 0532 0130 00' }
    const made = await call('POST', '/v1/payout_destinations', { body })
    expect([made.status, made.json]).toMatchObject([201, { country: 'DE', last4: '3000' }])
    expect(made.text).not.toContain('0532')
    const path = `/v1/payout_destinations/${made.json.id}`
    expect((await call('GET', path)).json).toEqual(made.json)
    expect((await call('GET', '/v1/payout_destinations')).json.data).toContainEqual(made.json)
    expect((await call('GET', path, { as: 'bob' })).status).toBe(404)
    expect((await call('DELETE', path)).status).toBe(204)
    expect((await call('GET', path)).status).toBe(404)
    const wrong = await call('POST', '/v1/payout_destinations', { body: { ...body, iban: 'DE88370400440532013000' } })
    expect([wrong.status, wrong.json.path]).toEqual([400, 'iban'])
    expect(wrong.text).not.toContain('0532')
  })
})
