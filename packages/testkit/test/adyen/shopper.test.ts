import { fakeRuntime } from '@florin/testkit'
import { describe, expect, it } from 'vitest'
import { card, payment, start } from './client.ts'

const ENROLLED = '5454545454545454'
const native = { authenticationData: { threeDSRequestData: { nativeThreeDS: 'preferred' } }, channel: 'Web' }

describe('3-D Secure by redirect', () => {
  it.each([
    ['confirm', 'Authorised', 4990n],
    ['fail', 'Refused', 0n],
  ] as const)('%s: the result is %s once the shop hands in what came back', async (outcome, resultCode, authorized) => {
    const { double, post, events } = await start()
    const { body } = await post('/payments', payment('att_1', { paymentMethod: card(ENROLLED) }))
    expect(body).toMatchObject({ resultCode: 'RedirectShopper', action: { type: 'redirect', method: 'GET' } })
    expect(double.books()[0]?.state).toBe('waiting')
    const brought = await double.answerChallenge({ type: 'redirect', url: body.action.url }, outcome)
    expect(brought).toMatchObject({ order: '7', redirectResult: expect.any(String) })
    expect(events()).toEqual([]) // nothing is decided before the shop asks
    const details = { details: { redirectResult: brought.redirectResult } }
    const result = await post('/payments/details', details)
    expect(result.body).toMatchObject({ resultCode, merchantReference: 'att_1', pspReference: body.pspReference })
    expect(double.books()[0]?.authorized).toBe(authorized)
    expect(events()).toEqual([
      expect.objectContaining({ eventCode: 'AUTHORISATION', success: `${outcome === 'confirm'}` }),
    ])
    expect(await post('/payments/details', details)).toMatchObject({ status: 422, body: { errorCode: '704' } })
  })

  it('works in a browser: a page with two buttons that leads back to the shop', async () => {
    const { post } = await start()
    const { body } = await post('/payments', payment('att_<b>', { paymentMethod: card(ENROLLED) }))
    const page = await fetch(body.action.url)
    expect(await page.text()).toContain('49.90 EUR')
    const form = { method: 'POST', body: new URLSearchParams({ answer: 'confirm' }), redirect: 'manual' } as const
    const back = await fetch(body.action.url, form)
    expect(back.status).toBe(303)
    const returned = new URL(back.headers.get('location') ?? '')
    expect(returned.origin + returned.pathname).toBe('https://shop.example/return')
    expect((await fetch(body.action.url, form)).status).toBe(404)
    expect((await fetch(body.action.url)).status).toBe(404)
  })

  it('still refuses a card that its issuer refuses', async () => {
    const { double, post } = await start()
    const broke = card(ENROLLED, { holderName: 'NOT_ENOUGH_BALANCE' })
    const { body } = await post('/payments', payment('att_1', { paymentMethod: broke }))
    const details = await double.answerChallenge({ type: 'redirect', url: body.action.url }, 'confirm')
    const result = await post('/payments/details', { details: { redirectResult: details.redirectResult } })
    expect(result.body).toMatchObject({ resultCode: 'Refused', refusalReasonCode: '12' })
  })

  it('is asked of any card by attemptAuthentication, of none by never, and not of a shopper who is not there', async () => {
    const { post } = await start()
    const ask = async (reference: string, more: object): Promise<string> =>
      (await post('/payments', payment(reference, more))).body.resultCode
    const always = { authenticationData: { attemptAuthentication: 'always' } }
    const never = { authenticationData: { attemptAuthentication: 'never' }, paymentMethod: card(ENROLLED) }
    expect(await ask('att_1', always)).toBe('RedirectShopper')
    expect(await ask('att_2', never)).toBe('Authorised')
    expect(await ask('att_3', { paymentMethod: card(ENROLLED), shopperInteraction: 'ContAuth' })).toBe('Authorised')
  })

  it('refuses results that nobody gave: made up, or before the shopper answered', async () => {
    const { post } = await start()
    await post('/payments', payment('att_1', { paymentMethod: card(ENROLLED) }))
    const made = await post('/payments/details', { details: { redirectResult: 'made-up' } })
    expect(made).toMatchObject({ status: 422, body: { errorCode: '14_018' } })
  })
})

describe('3-D Secure in the shop', () => {
  it('identifies the shopper, and takes the result of the component', async () => {
    const { double, post } = await start()
    const { body } = await post('/payments', payment('att_1', { paymentMethod: card(ENROLLED), ...native }))
    expect(body).toMatchObject({ resultCode: 'IdentifyShopper', action: { type: 'threeDS2', subtype: 'fingerprint' } })
    const action = { type: 'sdk', data: { action: JSON.stringify(body.action) } } as const
    const details = await double.answerChallenge(action, 'confirm')
    const result = await post('/payments/details', { details, paymentData: body.action.paymentData })
    expect(result.body.resultCode).toBe('Authorised')
  })

  it('challenges after a fingerprint', async () => {
    const { double, post } = await start()
    const { body } = await post('/payments', payment('att_1', { paymentMethod: card(ENROLLED), ...native }))
    const { paymentData } = body.action
    const fingerprint = { paymentData, details: { 'threeds2.fingerprint': 'eyJ0aHJlZURTQ29tcEluZCI6IlkifQ' } }
    const challenged = await post('/payments/details', fingerprint)
    expect(challenged.body).toMatchObject({ resultCode: 'ChallengeShopper', action: { subtype: 'challenge' } })
    const { threeDSResult } = await double.answerChallenge({ type: 'sdk', data: challenged.body.action }, 'fail')
    const result = await post('/payments/details', { details: { 'threeds2.challengeResult': threeDSResult } })
    expect(result.body).toMatchObject({ resultCode: 'Refused', refusalReasonCode: '11' })
  })
})

describe('iDEAL', () => {
  const ideal = { paymentMethod: { type: 'ideal' }, additionalData: {} }

  it('takes the money at the page, whether or not the shopper comes back', async () => {
    const { double, post, events } = await start()
    const { body } = await post('/payments', payment('att_1', ideal))
    expect(body).toMatchObject({ resultCode: 'RedirectShopper', action: { paymentMethodType: 'ideal' } })
    expect(body).not.toHaveProperty('pspReference')
    const brought = await double.answerChallenge({ type: 'redirect', url: body.action.url }, 'confirm')
    expect(events()).toEqual([expect.objectContaining({ eventCode: 'AUTHORISATION', success: 'true' })])
    expect(double.books()[0]).toMatchObject({ captured: 4990n, state: 'captured' })
    const result = await post('/payments/details', { details: { redirectResult: brought.redirectResult } })
    expect(result.body).toMatchObject({ resultCode: 'Authorised', merchantReference: 'att_1' })
    expect(events()).toEqual([])
  })

  it('is refused where the shopper gives up', async () => {
    const { double, post } = await start()
    const { body } = await post('/payments', payment('att_1', ideal))
    const brought = await double.answerChallenge({ type: 'redirect', url: body.action.url }, 'fail')
    const result = await post('/payments/details', { details: { redirectResult: brought.redirectResult } })
    expect(result.body).toMatchObject({ resultCode: 'Refused', refusalReasonCode: '16' })
  })
})

it('closes the offer of a shopper who never answers', async () => {
  const runtime = fakeRuntime()
  const { double, post, events } = await start(runtime)
  const { body } = await post('/payments', payment('att_1', { paymentMethod: card(ENROLLED) }))
  runtime.clock.advance(12 * 3_600_000)
  expect(events()).toEqual([expect.objectContaining({ eventCode: 'OFFER_CLOSED', merchantReference: 'att_1' })])
  expect(double.books()[0]).toMatchObject({ state: 'canceled', authorized: 0n })
  await expect(double.answerChallenge({ type: 'redirect', url: body.action.url }, 'confirm')).rejects.toThrow(
    /waits for no/,
  )
})

it('takes wallets by their token, and bank transfers with where to send the money', async () => {
  const { post } = await start()
  const wallet = { paymentMethod: { type: 'applepay', applePayToken: 'eyJ2ZXJzaW9uIjoi' } }
  expect((await post('/payments', payment('att_1', wallet))).body.resultCode).toBe('Authorised')
  const transfer = await post('/payments', payment('att_2', { paymentMethod: { type: 'bankTransfer_IBAN' } }))
  expect(transfer.body).toMatchObject({
    resultCode: 'Received',
    action: { type: 'bankTransfer', iban: expect.any(String) },
  })
})
