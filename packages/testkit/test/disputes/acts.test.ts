import type { GatewayRequest, SendContext } from '@florin/core/gateways'
import type { SandboxGateway } from '@florin/testkit'
import { describe, expect, test } from 'vitest'
import { listening } from '../inbox.ts'
import { rows } from '../rows.ts'
import type { World } from '../world.ts'
import { auditDisputes, captured, DAY, dispute, file, HOUR, only, PDF, settle, types } from './dispute-world.ts'

/*
 * Where an act at the gateway breaks, and what is right (FAILURES 1):
 *   before its intent is committed                nothing happened, the caller asks again
 *   crash after the intent, before the send       the job sends it                            crash.test.ts
 *   connection refused, 500 without effect, 429   the same bytes again under the same key
 *   500, cut or lost answer after the effect      the same again: the gateway replays
 *   crash between the steps of one act            the step that is committed is sent again    crash.test.ts
 *   refused                                       told, and something else may be tried
 *   decided by the bank meanwhile                 not sent any more
 *   two callers, two servers                      one act
 */

const WITHOUT_EFFECT = ['drop_before', 'error_500_before', 'rate_limit'] as const
const WITH_EFFECT = ['drop_after', 'error_500_after', 'cut_body', 'slow'] as const

const open = async (options = {}): Promise<{ w: World; id: string; gatewayId: string; charge: string }> => {
  const { w, charge } = await captured({ options })
  const { id: gatewayId } = await dispute(w, charge)
  return { w, id: (await only(w)).id, gatewayId, charge }
}

const acts = (w: World) =>
  rows<{ id: string; kind: string; state: string; step: number; tries: number }>(w.inner, 'dispute_acts')

describe('evidence', () => {
  test('is kept sealed, and submitted with its files, one request a step', async () => {
    const { w, id } = await open()
    const added = await w.run(
      w.florin.disputes.addEvidence(id, { texts: { explanation: 'It was delivered.' }, files: [file('receipt')] }),
    )
    expect(added.evidence).toMatchObject([
      { of: 'text', name: 'explanation', bytes: 17 },
      { of: 'file', name: 'receipt', bytes: PDF.length },
    ])
    expect(added).toMatchObject({ status: 'evidence_due', needsAnswer: true })
    const stored = await rows<{ content: Uint8Array }>(w.inner, 'dispute_evidence')
    expect(stored.some(({ content }) => Buffer.from(content).includes('delivered'))).toBe(false)
    const sent = await w.run(
      w.florin.disputes.submitEvidence(id, {
        texts: { shipping_tracking: 'T1' },
        files: [file('shipping_documentation')],
      }),
    )
    expect(sent).toMatchObject({
      needsAnswer: false,
      acts: [{ kind: 'submit_evidence', status: 'sending', by: 'caller' }],
    })
    for (let step = 0; step < 4; step++) await settle(w)
    const details = await only(w)
    expect(details).toMatchObject({ status: 'evidence_submitted', acts: [{ status: 'applied' }] })
    expect(types(details)).toContain('dispute.act_applied')
    expect(await acts(w)).toMatchObject([{ step: 2 }])
    await auditDisputes(w)
  })

  test('of a name or kind counts in place of what was there', async () => {
    const { w, id } = await open()
    await w.run(w.florin.disputes.addEvidence(id, { texts: { explanation: 'one' }, files: [file()] }))
    const version = (await only(w)).version
    const same = await w.run(w.florin.disputes.addEvidence(id, { texts: { explanation: 'one' }, files: [file()] }))
    expect(same.version).toBe(version)
    const other = await w.run(w.florin.disputes.addEvidence(id, { texts: { explanation: 'another' } }))
    expect(other.evidence.map((one) => one.bytes)).toEqual([7, PDF.length])
  })

  test('the same again is the same act, and other evidence is refused while one is on its way', async () => {
    const { w, id } = await open()
    const give = (text: string) => w.florin.disputes.submitEvidence(id, { texts: { explanation: text } })
    const both = await w.run(Promise.all([give('a'), give('a')]))
    expect(new Set(both.map((one) => one.acts.map((act) => act.id).join())).size).toBe(1)
    expect((await w.refusal(give('b'))).code).toBe('idempotency_mismatch')
    expect((await w.refusal(w.florin.disputes.accept(id))).code).toBe('invalid_state')
    await settle(w)
    expect(await only(w)).toMatchObject({ status: 'evidence_submitted' })
    await w.run(give('a'))
    expect(await acts(w)).toHaveLength(1)
    expect((await w.refusal(give('b'))).message).toMatch(/submitted: it cannot be changed/)
  })

  test('that nobody has is not submitted, and what the gateway does not take is refused by name', async () => {
    const { w, id } = await open()
    const refused = async (input: Parameters<typeof w.florin.disputes.submitEvidence>[1]) =>
      (await w.refusal(w.florin.disputes.submitEvidence(id, input))).message
    expect(await refused({})).toMatch(/no evidence to submit/)
    expect(await refused({ texts: { moon: 'x' } })).toMatch(
      /^texts\.moon: gateway 'sandbox' takes no such text: use one of/,
    )
    expect(await refused({ files: [file('moon')] })).toMatch(/^files\.0\.kind: gateway 'sandbox' takes no such file/)
    expect(await refused({ files: [file('receipt', Buffer.from('MZ'))] })).toMatch(/^files\.0: is not application\/pdf/)
    const large = Buffer.concat([PDF, Buffer.alloc(2_000_000)])
    expect(await refused({ files: [file('receipt', large)] })).toMatch(/smaller scan/)
    const much = Buffer.concat([PDF, Buffer.alloc(1_900_000)])
    const three = ['receipt', 'other', 'refund_policy'].map((kind) => file(kind, much))
    expect(await refused({ files: three })).toMatch(/at most 50 of 4000000 bytes/)
    expect(await acts(w)).toEqual([])
  })

  test('for a dispute of another merchant, or of nobody, is not found', async () => {
    const { w, id } = await open()
    const other = w.florin.for('mer_other').disputes
    for (const ask of [
      () => other.get(id),
      () => other.accept(id),
      () => other.addEvidence(id, { texts: { explanation: 'x' } }),
      () => w.florin.disputes.get('dis_00000000000000000000000000'),
      () => w.florin.disputes.get('pay_1'),
    ])
      expect((await w.refusal(ask())).code).toBe('not_found')
    expect((await w.run(other.list())).data).toEqual([])
  })
})

/** Notes every request that leaves. */
const recording = (sent: GatewayRequest[]) => (inner: SandboxGateway) => ({
  ...inner,
  transport: {
    ...inner.transport,
    send: (request: GatewayRequest, context: SendContext) => {
      sent.push(request)
      return inner.transport.send(request, context)
    },
  },
})

describe('what is sent', () => {
  test('is what was given, files before the evidence that names them, and the very same bytes again', async () => {
    const sent: GatewayRequest[] = []
    const { w, charge } = await captured({ gateway: recording(sent) })
    await dispute(w, charge)
    const { id } = await only(w)
    sent.length = 0
    w.acquirer.fail({ how: 'drop_after', when: { operation: 'dispute' } })
    await w.run(w.florin.disputes.addEvidence(id, { texts: { explanation: 'one' }, files: [file('receipt')] }))
    await w.run(w.florin.disputes.submitEvidence(id, { texts: { explanation: 'two' } }))
    for (let turn = 0; turn < 6; turn++) {
      await settle(w)
      await w.advance(30_000)
    }
    const [first, again, last, ...more] = sent
    expect(again).toEqual(first)
    expect(JSON.parse(first?.body ?? '')).toMatchObject({ kind: 'receipt', base64: PDF.toString('base64') })
    const { reference } = JSON.parse(first?.body ?? '') as { readonly reference: string }
    expect(JSON.parse(last?.body ?? '')).toMatchObject({ texts: { explanation: 'two' }, files: [reference] })
    expect(more).toEqual([])
  })

  test('holds without a webhook: the gateway’s answer says how the dispute stands', async () => {
    const { w, mail, hand } = await listening()
    await w.pay()
    w.acquirer.dashboard.openDispute(w.acquirer.books().charges[0]?.id ?? '')
    await w.advance(10)
    await hand(mail.at(-1))
    await w.advance(10)
    const { id } = await only(w)
    await w.run(w.florin.disputes.submitEvidence(id, { texts: { explanation: 'x' } }))
    await w.tick()
    expect(await only(w)).toMatchObject({ status: 'evidence_submitted' })
    await w.run(w.florin.disputes.accept(id))
    await w.tick()
    expect(await only(w)).toMatchObject({ status: 'accepted', lost: '100.00' })
    await auditDisputes(w)
  })
})

describe('acceptance', () => {
  test('gives the money up, and again is the same act', async () => {
    const { w, id } = await open()
    const [one, two] = await w.run(Promise.all([w.florin.disputes.accept(id), w.florin.disputes.accept(id)]))
    expect(one?.acts.map((act) => act.id)).toEqual(two?.acts.map((act) => act.id))
    await settle(w)
    expect(await only(w)).toMatchObject({ status: 'accepted', lost: '100.00', acts: [{ status: 'applied' }] })
    expect(await w.run(w.florin.disputes.accept(id))).toMatchObject({ status: 'accepted' })
    expect((await w.refusal(w.florin.disputes.submitEvidence(id, { texts: { explanation: 'x' } }))).code).toBe(
      'invalid_state',
    )
    expect(await acts(w)).toHaveLength(1)
    await auditDisputes(w)
  })

  test('of what was answered is possible, of what is won is refused', async () => {
    const { w, id, gatewayId } = await open()
    await w.run(w.florin.disputes.submitEvidence(id, { texts: { explanation: 'x' } }))
    await settle(w)
    await w.run(w.florin.disputes.accept(id))
    await settle(w)
    expect(await only(w)).toMatchObject({ status: 'accepted' })
    w.acquirer.dashboard.decideDispute(gatewayId, 'won')
    await settle(w)
    expect((await w.refusal(w.florin.disputes.accept(id))).message).toMatch(/is won/)
    await auditDisputes(w)
  })
})

describe('an answer that does not come', () => {
  test.each([...WITHOUT_EFFECT, ...WITH_EFFECT])('is asked for again with the same bytes: %s', async (how) => {
    const { w, id } = await open()
    w.acquirer.fail({ how, when: { operation: 'dispute' }, ms: 90_000 })
    await w.run(w.florin.disputes.submitEvidence(id, { texts: { explanation: 'x' }, files: [file()] }))
    for (let turn = 0; turn < 12; turn++) {
      await settle(w)
      await w.advance(120_000)
    }
    expect(await only(w)).toMatchObject({ status: 'evidence_submitted', acts: [{ status: 'applied' }] })
    expect(await acts(w)).toHaveLength(1)
    await auditDisputes(w)
  })

  test('for half an hour is told, and it is asked for further until it comes', async () => {
    const { w, id } = await open()
    w.acquirer.pause()
    await w.run(w.florin.disputes.accept(id))
    for (let turn = 0; turn < 14; turn++) {
      await w.tick()
      await w.advance(HOUR)
    }
    const details = await only(w)
    expect(types(details).filter((type) => type === 'dispute.act_stuck')).toHaveLength(1)
    expect(details).toMatchObject({ status: 'evidence_due', acts: [{ status: 'sending' }] })
    w.acquirer.resume()
    await w.advance(DAY)
    await settle(w)
    expect(await only(w)).toMatchObject({ status: 'accepted' })
    await auditDisputes(w)
  })

  test('is not waited for once the bank has decided', async () => {
    const { w, id, gatewayId } = await open()
    w.acquirer.fail({ how: 'drop_before', when: { operation: 'dispute' }, times: Number.POSITIVE_INFINITY })
    await w.run(w.florin.disputes.submitEvidence(id, { texts: { explanation: 'x' } }))
    await w.tick()
    w.acquirer.dashboard.decideDispute(gatewayId, 'won')
    await settle(w)
    await w.advance(DAY)
    await settle(w)
    expect(await only(w)).toMatchObject({ status: 'won', acts: [{ status: 'superseded', code: 'decided_meanwhile' }] })
    await auditDisputes(w)
  })

  test('a refusal ends it, and another act may follow', async () => {
    const { w, id, gatewayId } = await open()
    w.acquirer.dashboard.answerDispute(gatewayId) // in the dashboard, and Florin has not heard of it
    await w.run(w.florin.disputes.submitEvidence(id, { texts: { explanation: 'x' } }))
    await w.tick()
    expect((await only(w)).acts).toMatchObject([{ status: 'rejected', code: 'not_answerable' }])
    await w.run(w.florin.disputes.accept(id))
    await settle(w)
    expect((await only(w)).acts).toMatchObject([{ status: 'rejected' }, { status: 'applied' }])
    await auditDisputes(w)
  })
})
