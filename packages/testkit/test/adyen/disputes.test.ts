import { describe, expect, it } from 'vitest'
import { change, itemOf, MERCHANT, payment, start } from './client.ts'
import { hasSchemas, NO_SCHEMAS, schemasOf } from './schemas.ts'

const captured = async (reference = 'att_1') => {
  const { double, post } = await start()
  const { body } = await post('/payments', payment(reference))
  await post(`/payments/${body.pspReference}/captures`, change(4990, `${reference}-capture`))
  double.deliveries()
  const act = async (operation: string, more: object) => {
    const response = await fetch(`${double.disputesUrl}/ca/services/DisputeService/v30/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': double.apiKey },
      body: JSON.stringify({ merchantAccountCode: MERCHANT, ...more }),
    })
    return { status: response.status, body: await response.json() }
  }
  const told = () =>
    double.deliveries().map((delivery) => {
      const { eventCode, additionalData } = itemOf(delivery)
      return `${eventCode} ${additionalData.disputeStatus}`
    })
  return { double, post, psp: body.pspReference as string, act, told, book: () => double.books()[0] }
}

const done = { status: 200, body: { disputeServiceResult: { success: true } } }
const failed = (errorMessage: string) => ({ body: { disputeServiceResult: { success: false, errorMessage } } })
const defense = { defenseReasonCode: 'SupplyDefenseMaterial' }

describe('a chargeback', () => {
  it('is announced, and then takes its money', async () => {
    const { double, psp, told, book } = await captured()
    const id = double.dashboard.openDispute(psp, { amount: 1_000n })
    const [notice] = double.deliveries()
    expect(itemOf(notice)).toMatchObject({
      eventCode: 'NOTIFICATION_OF_CHARGEBACK',
      pspReference: id,
      originalReference: psp,
      merchantReference: 'att_1',
      amount: { currency: 'EUR', value: 1_000 },
      additionalData: { chargebackReasonCode: '10.4', chargebackSchemeCode: 'visa', disputeStatus: 'Undefended' },
    })
    expect(told()).toEqual([])
    expect(book()).toMatchObject({ captured: 4_990n, disputed: 1_000n })
  })

  it('is defended with documents, and gives back what was won', async () => {
    const { double, psp, act, told, book } = await captured()
    const disputePspReference = double.dashboard.openDispute(psp)
    const reasons = await act('retrieveApplicableDefenseReasons', { disputePspReference })
    expect(reasons.body).toMatchObject({ defenseReasons: [{ ...defense, satisfied: false }] })
    const document = { content: 'AQID', contentType: 'application/pdf', defenseDocumentTypeCode: 'DefenseMaterial' }
    expect(await act('supplyDefenseDocument', { disputePspReference, defenseDocuments: [document] })).toEqual(done)
    for (let times = 0; times < 2; times += 1)
      expect(await act('defendDispute', { disputePspReference, ...defense })).toEqual(done)
    double.dashboard.decideDispute(disputePspReference, 'won')
    expect(told()).toEqual([
      'NOTIFICATION_OF_CHARGEBACK Undefended',
      'CHARGEBACK Undefended',
      'INFORMATION_SUPPLIED Pending',
      'CHARGEBACK_REVERSED Won',
      'ISSUER_RESPONSE_TIMEFRAME_EXPIRED Won',
    ])
    expect(book()).toMatchObject({ disputed: 0n })
  })

  it('that was reversed may come a second time', async () => {
    const { double, psp, told, book } = await captured()
    const id = double.dashboard.openDispute(psp)
    double.dashboard.reverseDispute(id)
    expect(book()).toMatchObject({ disputed: 0n })
    double.dashboard.escalateDispute(id)
    double.dashboard.decideDispute(id, 'lost')
    expect(told().slice(2)).toEqual([
      'CHARGEBACK_REVERSED Pending',
      'SECOND_CHARGEBACK Pending',
      'PREARBITRATION_LOST Lost',
    ])
    expect(book()).toMatchObject({ disputed: 4_990n })
    expect(() => double.dashboard.decideDispute(id, 'won')).toThrow(/has ended/)
  })

  it('is accepted, or runs out, and is over', async () => {
    const { double, psp, act, told } = await captured()
    const id = double.dashboard.openDispute(psp, { amount: 1n })
    expect(await act('acceptDispute', { disputePspReference: id })).toEqual(done)
    expect(await act('acceptDispute', { disputePspReference: id })).toMatchObject(failed('Dispute is not defendable.'))
    const other = double.dashboard.openDispute(psp, { amount: 1n })
    double.dashboard.decideDispute(other, 'expired')
    expect(told().filter((each) => each.startsWith('DISPUTE_DEFENSE_PERIOD_ENDED'))).toEqual([
      'DISPUTE_DEFENSE_PERIOD_ENDED Accepted',
      'DISPUTE_DEFENSE_PERIOD_ENDED Expired',
    ])
  })

  it('lets nobody refund what the bank took already', async () => {
    const { double, post, psp } = await captured()
    double.dashboard.openDispute(psp, { amount: 4_000n })
    double.deliveries()
    await post(`/payments/${psp}/refunds`, change(1_000, 'att_2-refund'))
    expect(itemOf(double.deliveries()[0])).toMatchObject({ eventCode: 'REFUND', success: 'false' })
    expect(() => double.dashboard.openDispute(psp, { amount: 991n })).toThrow(/990 of payment/)
  })
})

describe('a request for information', () => {
  it('takes nothing, until it becomes a chargeback', async () => {
    const { double, psp, told, book } = await captured()
    const id = double.dashboard.openDispute(psp, { inquiry: true })
    double.dashboard.answerDispute(id)
    expect(book()).toMatchObject({ disputed: 0n })
    double.dashboard.escalateDispute(id)
    expect(told()).toEqual([
      'REQUEST_FOR_INFORMATION Unresponded',
      'INFORMATION_SUPPLIED Responded',
      'NOTIFICATION_OF_CHARGEBACK Undefended',
      'CHARGEBACK Undefended',
    ])
    expect(book()).toMatchObject({ disputed: 4_990n })
  })
})

describe('the Disputes API', () => {
  it.each([
    ['acceptDispute', {}, 'Unknown dispute'],
    ['defendDispute', { ...defense, defenseReasonCode: 'Weather' }, 'Invalid defense reason.'],
    ['supplyDefenseDocument', { defenseDocuments: [] }, 'No documents supplied.'],
    [
      'supplyDefenseDocument',
      { defenseDocuments: [{ content: 'AQID', contentType: 'image/png', defenseDocumentTypeCode: 'DefenseMaterial' }] },
      'Invalid content type.',
    ],
  ])('refuses %s %j in its result: %s', async (operation, more, says) => {
    const { double, psp, act } = await captured()
    const id = double.dashboard.openDispute(psp)
    const disputePspReference = says === 'Unknown dispute' ? 'QFQTPCQ8HXSKGK82' : id
    expect(await act(operation, { disputePspReference, ...more })).toMatchObject({ status: 200, ...failed(says) })
  })

  it('refuses another merchant account, a wrong key and a path that it has not', async () => {
    const { double, psp, act } = await captured()
    const disputePspReference = double.dashboard.openDispute(psp)
    expect(await act('acceptDispute', { disputePspReference, merchantAccountCode: 'Other' })).toMatchObject({
      status: 403,
    })
    expect(await act('forgetDispute', { disputePspReference })).toMatchObject({ status: 404 })
    expect(await act('acceptDispute', { disputePspReference, weather: 1 })).toMatchObject({ status: 400 })
  })
})

it.skipIf(!hasSchemas)(
  `every webhook of a dispute is one of Adyen's${hasSchemas ? '' : ` (skipped: ${NO_SCHEMAS})`}`,
  async () => {
    const { double, psp } = await captured()
    const check = schemasOf('Webhooks-v1')
    for (const how of ['won', 'lost', 'expired'] as const)
      double.dashboard.decideDispute(double.dashboard.openDispute(psp, { amount: 1n }), how)
    const deliveries = double.deliveries()
    expect(deliveries.length).toBeGreaterThan(8)
    for (const { body } of deliveries) check('ChargebackNotificationRequest', withCode(body))
  },
)

/** All of them have one shape; their schemas differ by the event code that they allow. */
const withCode = (body: Uint8Array): unknown => {
  const parsed = JSON.parse(Buffer.from(body).toString('utf8'))
  parsed.notificationItems[0].NotificationRequestItem.eventCode = 'CHARGEBACK'
  return parsed
}

it('settles in batches, and carries what is below zero to the next one', async () => {
  const { double, post, psp } = await captured()
  const [first] = double.closeBatches()
  expect(first).toMatchObject({ number: 1, currency: 'EUR', paidOut: 4_945n })
  expect(first?.report.split('\n')[1]).toContain(`${psp},att_1,visa,`)
  expect(first?.report).toContain(',EUR,,49.90,1,EUR,,49.45,,0.30,0.05,0.10,visa,att_1-capture,1')
  expect(first?.report).toContain('MerchantPayout')
  expect(double.closeBatches()).toEqual([])
  double.dashboard.openDispute(psp)
  const [second] = double.closeBatches()
  expect(second).toMatchObject({ number: 2, paidOut: 0n })
  expect(second?.report).toContain(',Chargeback,')
  expect(second?.report).toContain(',EUR,49.90,,1,EUR,57.40,,7.50,,,,')
  const { body } = await post('/payments', payment('att_2', { amount: { currency: 'EUR', value: 10_000 } }))
  await post(`/payments/${body.pspReference}/captures`, change(10_000, 'att_2-capture'))
  const [third] = double.closeBatches()
  expect(third?.report.split('\n')[1]).toContain('Balancetransfer from batch 2')
  expect(third?.paidOut).toBe(10_000n - 90n - 5_740n)
})
