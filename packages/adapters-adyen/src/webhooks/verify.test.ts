import { createHmac } from 'node:crypto'
import { hmacValidator as HmacValidator, type Types } from '@adyen/api-library'
import { isFlorinError, type RawDelivery } from '@florin/core/gateways'
import { afterAll, describe, expect, test } from 'vitest'
import { gatewayWith, OPTIONS, SECRETS } from '../../test/commands.ts'
import { authorization, bodyOf, deed, delivery, event, signatureOf, signed } from '../../test/notifications.ts'
import { NO_DATA, referenceData } from '../../test/schemas.ts'
import { isAuthorized } from './basic-auth.ts'
import { isSigned } from './hmac.ts'
import { readNotification } from './notification.ts'

const gateway = gatewayWith()
afterAll(() => gateway.transport.close?.())

const verdict = (given: RawDelivery, of = gateway): string => {
  try {
    of.verify(given)
    return 'accepted'
  } catch (error) {
    if (!isFlorinError(error)) throw error
    for (const secret of Object.values(SECRETS)) expect(error.message).not.toContain(secret)
    return error.code
  }
}

const authentic = signed(event('AUTHORISATION'))
const withSignature = (hmacSignature: unknown) =>
  delivery(bodyOf([{ ...authentic, additionalData: { hmacSignature } }]))

describe('an authentic delivery', () => {
  test('is accepted, alone and with others', () => {
    expect(verdict(delivery(bodyOf([authentic])))).toBe('accepted')
    expect(verdict(delivery(bodyOf([authentic, signed(deed('CAPTURE'))])))).toBe('accepted')
  })

  test('may be signed with either key of a rotation, and with no third one', async () => {
    const rotating = gatewayWith({ hmacKeys: ['cd'.repeat(32), SECRETS.hmacKey] })
    expect(verdict(delivery(bodyOf([authentic])), rotating)).toBe('accepted')
    expect(verdict(delivery(bodyOf([signed(event('AUTHORISATION'), 'cd'.repeat(32))])), rotating)).toBe('accepted')
    expect(verdict(delivery(bodyOf([signed(event('AUTHORISATION'), 'ef'.repeat(32))])), rotating)).toBe(
      'webhook_rejected',
    )
    await rotating.transport.close?.()
  })

  test('may have a reference with ":" in it, which no other signed field may have', () => {
    expect(verdict(delivery(bodyOf([signed(event('AUTHORISATION', { merchantReference: 'shop:7:x' }))])))).toBe(
      'accepted',
    )
    for (const field of ['pspReference', 'originalReference', 'merchantAccountCode', 'eventCode'])
      expect(verdict(delivery(bodyOf([signed(event('AUTHORISATION', { [field]: 'A:B' }))])))).toBe('webhook_rejected')
  })

  test('cannot be read in another way under the same signature', () => {
    const item = event('AUTHORISATION', { merchantReference: 'att_x:100' })
    const shifted = { ...item, merchantAccountCode: `${item.merchantAccountCode}:att_x`, merchantReference: '100' }
    expect(signatureOf(shifted)).toBe(signatureOf(item)) // Adyen's trap
    expect(verdict(delivery(bodyOf([signed(shifted)])))).toBe('webhook_rejected')
  })

  test('about another account or mode is foreign', () => {
    expect(verdict(delivery(bodyOf([signed(event('AUTHORISATION', { merchantAccountCode: 'FlorinDE' }))])))).toBe(
      'webhook_foreign',
    )
    expect(verdict(delivery(bodyOf([authentic, signed(event('CAPTURE', { merchantAccountCode: 'FlorinDE' }))])))).toBe(
      'webhook_foreign',
    )
    expect(verdict(delivery(bodyOf([authentic], 'true')))).toBe('webhook_foreign')
  })
})

describe('a signature', () => {
  const right = signatureOf(authentic)
  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['a number', 7],
    ['cut', right.slice(0, -5)],
    ['without its padding', right.slice(0, -1)],
    ['no base64', '*'.repeat(44)],
    ['in hexadecimal', Buffer.from(right, 'base64').toString('hex')],
    ['longer', `${right}AAAA`],
    ['with a space', ` ${right}`],
    ['of another encoding of the same bytes', `${right.slice(0, 42)}${String.fromCharCode(right.charCodeAt(42) + 1)}=`],
  ])('that is %s is refused', (_, signature) => expect(verdict(withSignature(signature))).toBe('webhook_rejected'))

  test.each(['pspReference', 'merchantReference', 'success', 'eventCode', 'originalReference'])(
    'does not cover another %s',
    (field) => {
      const value = field === 'success' ? 'false' : 'OTHER'
      expect(verdict(delivery(bodyOf([{ ...authentic, [field]: value }])))).toBe('webhook_rejected')
    },
  )

  test('is asked of every event', () => {
    const unsigned = event('CAPTURE')
    expect(verdict(delivery(bodyOf([authentic, unsigned])))).toBe('webhook_rejected')
  })

  test('by an empty, short or undecodable key is never right', () => {
    for (const key of ['', 'ab', 'zz'.repeat(32), 'ab'.repeat(31)]) {
      const item = event('AUTHORISATION')
      const [read] = readNotification(bodyOf([signed(item, key)])).items
      expect(read !== undefined && isSigned(read, [key])).toBe(false)
    }
    const [read] = readNotification(bodyOf([authentic])).items
    expect(read !== undefined && isSigned(read, [])).toBe(false)
  })
})

describe('the channel', () => {
  test.each([
    ['missing', ''],
    ['of another password', authorization('florin', 'another-password')],
    ['of another user', authorization('other')],
    ['cut', authorization().slice(0, -4)],
    ['a bearer token', authorization().replace('Basic', 'Bearer')],
    ['not base64', 'Basic é'],
  ])('is refused with a password that is %s', (_, header) => {
    expect(verdict(delivery(bodyOf([authentic]), { authorization: header }))).toBe('webhook_rejected')
  })

  test('needs a password, however right the rest is', () => {
    expect(isAuthorized(`Basic ${Buffer.from('florin:').toString('base64')}`, 'florin', '')).toBe(false)
    expect(isAuthorized(undefined, 'florin', 'password')).toBe(false)
    expect(isAuthorized(authorization().replace('Basic', 'basic'), 'florin', SECRETS.password)).toBe(true)
  })
})

describe('a body', () => {
  test.each([
    ['empty', ''],
    ['not JSON', '<html>'],
    [
      'cut',
      Buffer.from(bodyOf([authentic]))
        .toString()
        .slice(0, -20),
    ],
    ['null', 'null'],
    ['without items', '{"live":"false","notificationItems":[]}'],
    ['without a mode', JSON.stringify({ notificationItems: [{ NotificationRequestItem: authentic }] })],
    ['of another kind of webhook', '{"type":"ach.notificationOfChange","data":{}}'],
  ])('that is %s is refused', (_, text) => expect(verdict(delivery(Buffer.from(text)))).toBe('webhook_rejected'))

  test('that is not text or 10 MB long is refused', () => {
    expect(verdict(delivery(Uint8Array.of(0xff, 0xfe, 0x7b)))).toBe('webhook_rejected')
    expect(verdict(delivery(Buffer.alloc(10_485_760, 0x20)))).toBe('webhook_rejected')
  })

  test('is refused where no keys are configured', async () => {
    const { environment, apiKey, merchantAccount } = OPTIONS
    const mute = gatewayWith({
      environment,
      apiKey,
      merchantAccount,
      hmacKeys: undefined,
      webhookUser: undefined,
      webhookPassword: undefined,
    } as object)
    expect(mute.capabilities.webhooks).toBe(false)
    expect(verdict(delivery(bodyOf([authentic])), mute)).toBe('webhook_rejected')
    await mute.transport.close?.()
  })
})

describe('Adyen’s own validator', () => {
  const official = new HmacValidator()
  const agrees = (item: Record<string, unknown>, key: string): boolean => {
    const theirs = official.validateHMAC(item as unknown as Types.notification.NotificationRequestItem, key)
    const [ours] = readNotification(bodyOf([item])).items
    return ours !== undefined && isSigned(ours, [key]) === theirs
  }

  test('agrees on what is signed, and on what is not', () => {
    for (const code of ['AUTHORISATION', 'CAPTURE', 'REPORT_AVAILABLE'])
      for (const over of [
        {},
        { merchantReference: 'a:b\\c' },
        { success: 'false' },
        { originalReference: '' },
        { amount: { currency: 'JPY', value: 0 } },
      ]) {
        const item = signed(deed(code, over))
        expect(official.validateHMAC(item as never, SECRETS.hmacKey)).toBe(true)
        expect(agrees(item, SECRETS.hmacKey)).toBe(true)
        expect(agrees({ ...item, merchantReference: 'other' }, SECRETS.hmacKey)).toBe(true)
        expect(agrees(item, 'cd'.repeat(32))).toBe(true)
      }
  })

  test('takes a key that is no key, which we never do', () => {
    const item = event('AUTHORISATION')
    const text = official.getDataToSign(item as never)
    const hmacSignature = createHmac('sha256', Buffer.from('zz', 'hex')).update(text).digest('base64')
    const forged = { ...item, additionalData: { hmacSignature } }
    expect(official.validateHMAC(forged as never, 'zz')).toBe(true)
    const [ours] = readNotification(bodyOf([forged])).items
    expect(ours !== undefined && isSigned(ours, ['zz'])).toBe(false)
  })
})

test('Adyen’s samples are read', ({ skip }) => {
  for (const name of ['authorisationTrue', 'captureFalse', 'captureTrue', 'refundFalse', 'refundTrue']) {
    const text = referenceData(`adyen/adyen-webhook-${name}.json`)
    if (text === null) return skip(NO_DATA)
    const [fact] = gateway.parse(Buffer.from(text), 'FlorinECOM')
    expect(fact).toMatchObject({
      attempt: null,
      of: name.startsWith('auth') ? 'authorize' : name.slice(0, name.startsWith('capture') ? 7 : 6),
      answer: { effect: name.endsWith('True') ? 'applied' : 'rejected' },
    })
  }
})
