import type { DisputeCommand, EvidenceFile, GatewayResponse } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import { answer, gatewayWith } from '../../test/commands.ts'

const gateway = gatewayWith()
const port = gateway.disputes
if (port === undefined) throw new Error('Adyen has disputes')

const file = (over: Partial<EvidenceFile> = {}): EvidenceFile => ({
  kind: 'defense_material',
  name: 'invoice.pdf',
  contentType: 'application/pdf',
  bytes: Uint8Array.of(1, 2, 3),
  ...over,
})
const command = (over: Partial<DisputeCommand> = {}): DisputeCommand => ({
  kind: 'submit_evidence',
  key: 'dis_1-evidence',
  account: 'FlorinECOM',
  dispute: '9915555555555555',
  id: 'dis_01',
  amount: 10_000n,
  currency: 'EUR',
  reasonCode: '4853',
  texts: { defense_reason_code: 'SupplyDefenseMaterial' },
  files: [file()],
  ...over,
})
const accept = command({ kind: 'accept_dispute', texts: {}, files: [] })
const bodyOf = (of: DisputeCommand) => JSON.parse(port.request(of).body ?? '')
const done = answer(200, { disputeServiceResult: { success: true } })
const failed = (errorMessage: string) => answer(200, { disputeServiceResult: { success: false, errorMessage } })

describe('an act', () => {
  test('accepts at the host of disputes', () => {
    expect(port.request(accept)).toMatchObject({
      method: 'POST',
      path: '/ca/services/DisputeService/v30/acceptDispute',
    })
    expect(bodyOf(accept)).toEqual({ merchantAccountCode: 'FlorinECOM', disputePspReference: '9915555555555555' })
  })

  test('supplies the documents first, and then defends with the reason', () => {
    const jpeg = file({ contentType: 'image/jpeg', name: 'note.jpg' })
    const both = command({ files: [file(), jpeg] })
    expect(port.request(both).path).toMatch(/supplyDefenseDocument$/)
    expect(bodyOf(both).defenseDocuments).toEqual([
      { content: 'AQID', contentType: 'application/pdf', defenseDocumentTypeCode: 'DefenseMaterial' },
      { content: 'AQID', contentType: 'image/jpg', defenseDocumentTypeCode: 'DefenseMaterial' },
    ])
    const next = port.read(done, both, 0, {})
    if (next.effect !== 'next') throw new Error(`the documents led to ${next.effect}`)
    expect(next.request.path).toMatch(/defendDispute$/)
    expect(JSON.parse(next.request.body ?? '')).toMatchObject({ defenseReasonCode: 'SupplyDefenseMaterial' })
    expect(port.read(done, both, 1, {})).toEqual({ effect: 'applied' })
  })

  test('without files defends at once', () => {
    expect(port.request(command({ files: [] })).path).toMatch(/defendDispute$/)
    expect(port.read(done, command({ files: [] }), 0, {})).toEqual({ effect: 'applied' })
  })

  test.each([
    ['no reason', { texts: {} }, 'defense_reason_code must be'],
    ['another text', { texts: { explanation: 'no' } }, "no evidence 'explanation'"],
    ['a document of another type', { files: [file({ kind: 'Weather' })] }, "no defense document 'Weather'"],
    ['a PNG', { files: [file({ contentType: 'image/png' })] }, 'takes PDF and JPG'],
    ['a long PDF', { files: [file({ bytes: new Uint8Array(2_000_001) })] }, '2000001 bytes'],
    [
      'too many',
      { files: Array.from({ length: 3 }, () => file({ bytes: new Uint8Array(1_500_000) })) },
      '4500000 bytes',
    ],
  ] as const)('with %s is refused before anything is sent', (_, over, says) => {
    expect(() => port.request(command(over))).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(says) }),
    )
  })

  test('takes the types of documents that are configured', () => {
    const other = gatewayWith({ defenseDocuments: { invoice: 'TIDorInvoice' } }).disputes
    expect(other?.files?.kinds).toEqual(['invoice'])
    expect(other?.request(command({ files: [file({ kind: 'invoice' })] })).body).toContain('"TIDorInvoice"')
    expect(() => other?.request(command())).toThrow(/no defense document 'defense_material'/)
  })
})

describe('the answer to an act', () => {
  const read = (response: GatewayResponse) => port.read(response, accept, 0, {})

  test('is applied where it says so, and rejected where it is documented to be', () => {
    expect(read(done)).toEqual({ effect: 'applied' })
    expect(read(failed('Dispute expired.'))).toMatchObject({ effect: 'rejected', code: 'expired' })
    expect(read(failed('unknown dispute'))).toMatchObject({ effect: 'rejected', code: 'unknown_dispute' })
    const invalid = { status: 422, errorCode: '702', errorType: 'validation', message: 'no' }
    expect(read(answer(422, invalid))).toMatchObject({ effect: 'rejected', code: '702' })
    expect(read(answer(403, { ...invalid, status: 403, errorType: 'security' }))).toMatchObject({
      effect: 'rejected',
      code: 'unauthorized',
    })
  })

  test.each([
    ['that it was done before', failed('Dispute already defended')],
    ['that it is over, by whomever', failed('Dispute is not defendable.')],
    ['that the dispute could not be read', failed('Error retrieving dispute.')],
    ['nothing', answer(200, {})],
    ['something else', answer(200, 'no')],
    ['a 500', answer(500, { status: 500, errorCode: '000', errorType: 'internal', message: 'no' })],
  ])('that says %s is unknown', (_, response) => {
    expect(read(response).effect).toBe('unknown')
  })

  test('that comes too early says when to ask again', () => {
    expect(read(answer(429, '', { 'retry-after': '3' }))).toMatchObject({ effect: 'unknown', retryAfterMs: 3_000 })
  })
})

describe('where acts go', () => {
  const elsewhere = { baseUrl: 'http://127.0.0.1:1/v71' }

  test('nowhere, where Checkout is elsewhere and no host of disputes is named', () => {
    const left = gatewayWith(elsewhere).disputes
    expect(left).toMatchObject({ accept: false, files: null, texts: [] })
    expect(() => left?.request(accept)).toThrow(/answered in the Customer Area/)
  })

  test('to the host that is named', () => {
    expect(gatewayWith({ ...elsewhere, disputesUrl: 'http://127.0.0.1:2' }).disputes?.accept).toBe(true)
  })

  test.each([
    ['https://ca-live.adyen.com', /live endpoint/],
    ['no url', /not an absolute URL/],
  ])('never to the other world, or to no address: %s', (disputesUrl, says) => {
    expect(() => gatewayWith({ disputesUrl })).toThrow(says)
  })
})
