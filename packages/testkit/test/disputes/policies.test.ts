import type { Gateway } from '@florin/core/gateways'
import type { SandboxGateway } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { mortal } from '../mortal.ts'
import type { World } from '../world.ts'
import { auditDisputes, captured, DAY, dispute, HOUR, only, settle, types } from './dispute-world.ts'

const told = async (w: World, type: string) => (await only(w)).timeline.filter((entry) => entry.type === type)

/** Lets the days go by, with work done every six hours. */
const days = async (w: World, count: number): Promise<void> => {
  for (let six = 0; six < count * 4; six++) {
    await w.advance(6 * HOUR)
    await settle(w)
  }
}

const withoutActs = (inner: SandboxGateway): Gateway => {
  if (inner.disputes === undefined) throw new Error('the sandbox has no disputes')
  return { ...inner, disputes: { ...inner.disputes, accept: false } }
}

describe('a deadline', () => {
  test('is told of three days before, once, also to a server that was down then', async () => {
    const { w, charge } = await captured()
    await dispute(w, charge)
    await days(w, 3)
    expect(await told(w, 'dispute.evidence_due_soon')).toEqual([])
    w.florin = await w.another()
    await days(w, 2)
    expect(await told(w, 'dispute.evidence_due_soon')).toMatchObject([{ data: { stored: 0 } }])
  })

  test('is told of once, also where the server dies between telling and the end of its job', async () => {
    const { w, charge } = await captured()
    await dispute(w, charge)
    await w.advance(4 * DAY + HOUR)
    const process = mortal(w.runtime, null)
    const counted = await w.another(process.parts)
    process.arm()
    const commits = async (): Promise<number> => {
      await process.live(counted.tick())
      return process.calls.filter((call) => call === 'commit').length
    }
    expect(await commits()).toBeGreaterThan(1) // the telling, and the end of the job
    const other = await captured()
    await dispute(other.w, other.charge)
    await other.w.advance(4 * DAY + HOUR)
    for (let call = 1; call <= process.calls.length; call++) {
      const dying = mortal(other.w.runtime, { call, when: 'before' })
      const florin = await other.w.another(dying.parts)
      dying.arm()
      await dying.live(florin.tick())
      await other.w.advance(5 * 60_000)
    }
    await settle(other.w)
    expect(await told(other.w, 'dispute.evidence_due_soon')).toHaveLength(1)
  })

  test('that moves is told of anew, and one that is answered is not', async () => {
    const { w, charge } = await captured()
    const { id } = await dispute(w, charge)
    w.acquirer.dashboard.answerDispute(id)
    await days(w, 6)
    expect(await told(w, 'dispute.evidence_due_soon')).toEqual([])
    w.acquirer.dashboard.escalateDispute(id, 'pre_arbitration')
    await days(w, 6)
    expect(await told(w, 'dispute.evidence_due_soon')).toHaveLength(1)
  })

  test('that is put off while an answer is awaited is told of by the new date', async () => {
    const { w, charge } = await captured()
    const { id } = await dispute(w, charge)
    await days(w, 2)
    w.acquirer.dashboard.escalateDispute(id, 'pre_arbitration') // seven days from now
    await days(w, 3)
    expect(await told(w, 'dispute.evidence_due_soon')).toEqual([])
    await days(w, 2)
    expect(await told(w, 'dispute.evidence_due_soon')).toHaveLength(1)
  })

  test('submits what is stored, where the merchant wants that', async () => {
    const { w, charge } = await captured({ options: { disputes: { submitStoredBeforeHours: 24 } } })
    await dispute(w, charge)
    const { id } = await only(w)
    await w.run(w.florin.disputes.addEvidence(id, { texts: { explanation: 'It was delivered.' } }))
    await days(w, 5)
    expect(await only(w)).toMatchObject({ status: 'evidence_due' })
    await days(w, 2)
    expect(await only(w)).toMatchObject({ status: 'evidence_submitted', acts: [{ by: 'policy', status: 'applied' }] })
    await auditDisputes(w)
  })

  test('with nothing stored submits nothing, and without the policy neither does anything else', async () => {
    const { w, charge } = await captured({ options: { disputes: { submitStoredBeforeHours: 24 } } })
    await dispute(w, charge)
    await days(w, 8)
    expect(await only(w)).toMatchObject({ status: 'evidence_due', acts: [] })
    const plain = await captured()
    await dispute(plain.w, plain.charge)
    await plain.w.run(plain.w.florin.disputes.addEvidence((await only(plain.w)).id, { texts: { explanation: 'x' } }))
    await days(plain.w, 8)
    expect(await only(plain.w)).toMatchObject({ status: 'evidence_due', acts: [] })
  })
})

describe('a small chargeback', () => {
  const options = { disputes: { acceptBelow: { EUR: '10.00' } } }

  test('is given up at once', async () => {
    const { w, charge } = await captured({ options })
    await dispute(w, charge, { amount: 999n })
    await settle(w)
    await settle(w)
    expect(await only(w)).toMatchObject({ status: 'accepted', lost: '9.99', acts: [{ by: 'policy' }] })
    await auditDisputes(w)
  })

  test('of ten euros is not below them, and a question is not given up', async () => {
    const { w, charge } = await captured({ options })
    await dispute(w, charge, { amount: 1_000n })
    await settle(w)
    expect(await only(w)).toMatchObject({ status: 'evidence_due', acts: [] })
    const other = await captured({ options })
    await dispute(other.w, other.charge, { amount: 100n, stage: 'inquiry' })
    await settle(other.w)
    expect(await only(other.w)).toMatchObject({ status: 'inquiry', acts: [] })
  })

  test('that the gateway does not let anybody give up is left to a person, who is told', async () => {
    const { w, charge } = await captured({ options, gateway: withoutActs })
    await dispute(w, charge, { amount: 999n })
    await settle(w)
    expect(await told(w, 'dispute.policy_failed')).toMatchObject([{ data: { code: 'unsupported' } }])
    expect(w.errors).toEqual([])
    expect((await w.refusal(w.florin.disputes.accept((await only(w)).id))).code).toBe('unsupported')
  })

  test('is a merchant’s own affair: its policy is in place of the general one', async () => {
    const merchants = { mer_default: { disputes: {} } }
    const { w, charge } = await captured({ options: { ...options, merchants } })
    await dispute(w, charge, { amount: 999n })
    await settle(w)
    expect(types(await only(w))).not.toContain('dispute.act_requested')
  })
})

test('a policy that is no amount is refused when Florin is made', async () => {
  const made = (disputes: object) => captured({ options: { disputes } })
  await expect(made({ acceptBelow: { EUR: '1,00' } })).rejects.toMatchObject({ code: 'configuration' })
  await expect(made({ fee: { XXQ: '1.00' } })).rejects.toThrow(/disputes\.fee\.XXQ/)
  await expect(made({ warnBeforeHours: -1 })).rejects.toThrow(/disputes\.warnBeforeHours/)
  expect(DAY).toBe(24 * HOUR)
})
