import { beforeAll, describe, expect, it } from 'vitest'

interface Telling {
  tell(entry: { type: string; data: Readonly<Record<string, unknown>> }): {
    what: string
    where?: string
    detail?: string
  }
  through(payment: { status: string }, timeline: { attempts: readonly object[] }): string
}

let telling: Telling
beforeAll(async () => {
  telling = (await import(new URL('../public/tell.js', import.meta.url).href)) as Telling
})

const charge = (gateway: string, state: string) => ({ kind: 'authorize', gateway, state })

describe('the timeline in words', () => {
  it.each([
    ['unknown', 'Stripe gave no clear answer, so Adyen is asked. What may have been reserved is taken back.'],
    ['not_sent', 'Stripe could not be asked, and took nothing, so Adyen is asked.'],
    ['declined', 'Stripe said no (processing error), so Adyen is asked.'],
  ])('says why a charge went on elsewhere: %s', (because, words) => {
    const data = { gateway: 'stripe', toGateway: 'adyen', because, code: 'processing_error' }
    expect(telling.tell({ type: 'attempt.failed_over', data })).toEqual({
      what: 'Went on at another gateway',
      where: undefined,
      detail: words,
    })
  })

  it('says about what nobody knows, and why', () => {
    const data = { gateway: 'stripe', kind: 'cancel', reason: 'ECONNRESET' }
    expect(telling.tell({ type: 'attempt.unknown', data }).detail).toBe(
      'About the cancel: the connection broke, or the answer said nothing.',
    )
  })

  it('says at whom it happened, and what proves that money went back', () => {
    const data = { gateway: 'adyen', proof: 'voided' }
    expect(telling.tell({ type: 'attempt.reversed', data })).toEqual({
      what: 'Charge that was left is reversed',
      where: 'Adyen',
      detail: 'Proven: it was canceled there.',
    })
  })

  it('says why nobody else is asked', () => {
    const told = (data: Readonly<Record<string, unknown>>) => telling.tell({ type: 'payment.declined', data }).detail
    expect(told({ code: 'lost_card', stays: 'decline_forbids' })).toBe(
      'lost card; another gateway would say the same, or must not be asked',
    )
    expect(told({})).toBeUndefined()
  })

  it('shows what it does not know by its own name', () => {
    expect(telling.tell({ type: 'payment.blessed', data: {} })).toEqual({ what: 'payment.blessed' })
  })

  it('says in one line which gateway has the money, and what the others did', () => {
    const timeline = { attempts: [charge('stripe', 'reversed'), charge('adyen', 'applied')] }
    expect(telling.through({ status: 'succeeded' }, timeline)).toBe(
      'Through Adyen. Stripe gave no clear answer, and what it had reserved was taken back.',
    )
    const [left, next] = [
      { ...charge('stripe', 'rejected'), id: 'att_1' },
      { ...charge('adyen', 'applied'), id: 'att_2', after: 'att_1', because: 'unknown' },
    ]
    expect(telling.through({ status: 'succeeded' }, { attempts: [left, next] })).toBe(
      'Through Adyen. Stripe gave no clear answer, and what it had reserved was taken back.',
    )
    const declined = { attempts: [charge('stripe', 'not_sent'), charge('sandbox', 'rejected')] }
    expect(telling.through({ status: 'declined' }, declined)).toBe('Stripe could not be asked. The sandbox said no.')
    expect(telling.through({ status: 'processing' }, { attempts: [charge('stripe', 'sent')] })).toBe('')
  })
})
