// Defects that hide where a suite does not look at first: in the first of two requests, in cancels by reference, in the wording.

import type { Answer, Capabilities } from '@florin/core/gateways'
import { describe, expect, test } from 'vitest'
import type { GatewayCaseName } from './catalogue/gateway-cases.ts'
import { answers, blindTo, complaint, facts, freshKeys, type Sabotage, sabotaged, transports } from './sabotage.ts'
import { sandboxHarness } from './sandbox-harness.ts'
import { byReference, silent, twoSteps } from './shapes.ts'

const NEXT: Answer = {
  effect: 'next',
  step: { gatewayId: 'ch_1', request: { method: 'GET', path: '/v1/charges/ch_1', headers: {}, body: null } },
}

const isFirst = ({ key, kind }: { readonly key: string; readonly kind: string }): boolean =>
  (kind === 'authorize' || kind === 'sale') && !/-\d+$/.test(key)

/** Only the first answer of a charge is read so. */
const ofFirst = (change: (answer: Answer, status: number) => Answer): Sabotage =>
  answers((answer, command, { status }) => (isFirst(command) ? change(answer, status) : answer))

/** Whatever the first answer is, the second request follows. */
const goesOn = ofFirst((answer) => (answer.effect === 'unknown' ? NEXT : answer))

const both =
  (...sabotages: readonly Sabotage[]): Sabotage =>
  (sound) =>
    sabotages.reduce((gateway, sabotage) => sabotage(gateway), sound)

describe('in a charge of two requests', () => {
  test.each<[name: GatewayCaseName, defect: Sabotage]>([
    ['effects.error_after', ofFirst((answer, status) => (status >= 500 ? NEXT : answer))],
    ['effects.garbage', goesOn],
    ['effects.redirect', ofFirst((answer, status) => (status >= 300 && status < 400 ? NEXT : answer))],
    ['answers.foreign_reference', goesOn],
    ['answers.foreign_amount', goesOn],
    ['answers.foreign_currency', goesOn],
    ['answers.foreign_http_status', goesOn],
    ['answers.unknown_status', goesOn],
  ])('%s finds a defect in the first answer', async (name, defect) => {
    expect(await complaint(name, sabotaged(both(twoSteps, defect)))).toMatch(
      /^sandbox must see to it that .+ Seen: .*(request 1|is next).*\. To do: .+\.$/s,
    )
  })

  test.each(['rejected', 'absent'] as const)('a lookup between them that is %s is found', async (effect) => {
    const decline = { class: 'hard', code: 'lost', gatewayCode: null, networkAdvice: null, message: 'No.' } as const
    const wrong: Answer = effect === 'absent' ? { effect } : { effect, decline }
    const said = await complaint(
      'lookup.between_requests',
      sabotaged(
        both(
          twoSteps,
          answers((answer, { kind }) => (kind === 'lookup' ? wrong : answer)),
        ),
      ),
    )
    expect(said).toContain(`between the two requests of an authorize is ${effect}`)
  })

  test('a sound one passes', async () => {
    expect(await complaint('lookup.between_requests', sabotaged(twoSteps))).toBeNull()
  })
})

describe('in cancels by reference', () => {
  const hopefulCancels = transports(({ send }) => ({
    async send(request, context) {
      const sent = await send(request, context)
      const lost = sent.outcome === 'unknown' && request.path.endsWith('/cancel')
      return lost ? { outcome: 'not_sent', reason: sent.reason } : sent
    },
  }))
  const mute = facts((told) => told.filter(({ of }) => of !== 'cancel'))
  test.each<[name: GatewayCaseName, defect: Sabotage]>([
    ['replay.same_answer', freshKeys(/cancel/)],
    ['effects.reset_after', hopefulCancels],
    ['webhooks.agree', both(mute, (sound) => ({ ...sound, capabilities: { ...sound.capabilities, lookupBy: [] } }))],
  ])('%s finds a defect', async (name, defect) => {
    expect(await complaint(name, sabotaged(both(byReference, defect)))).toContain('cancel by reference')
  })
})

describe('in answers', () => {
  test('a failed completion of another payment is not taken for this one’s', async () => {
    const trusting = blindTo(({ kind, ...command }) =>
      kind === 'complete' && 'target' in command ? { reference: command.target.attempt } : {},
    )
    const failing: Sabotage = (sound) => ({
      ...sound,
      read: (response, command) =>
        response.body.includes('authentication_failed')
          ? trusting(sound).read(response, command)
          : sound.read(response, command),
    })
    expect(await complaint('answers.foreign_reference', sabotaged(failing))).toContain(
      'a failed completion with another reference is rejected',
    )
  })

  test.each([202, 204])('a success is not one with the status %i', async (status) => {
    const lax: Sabotage = (sound) => ({
      ...sound,
      read: (response, command) =>
        sound.read(response.status === status ? { ...response, status: 200 } : response, command),
    })
    expect(await complaint('answers.foreign_http_status', sabotaged(lax))).toContain(`comes with the status ${status}`)
  })

  test('a hold that is taken for a sale is found', async () => {
    const lax: Sabotage = answers((answer, { kind }, { body }) =>
      kind === 'sale' && answer.effect === 'unknown' && body.includes('"authorized"')
        ? { effect: 'applied', gatewayId: 'ch_1' }
        : answer,
    )
    expect(await complaint('answers.foreign_mode', sabotaged(lax))).toContain(
      'that is answered as an authorize would be',
    )
  })
})

describe('what a case says', () => {
  const declaring = (change: Partial<Capabilities>) =>
    sabotaged((sound) => ({ ...sound, capabilities: { ...sound.capabilities, ...change } }))
  const card =
    (change: object): Sabotage =>
    (sound) => {
      const found = sound.capabilities.methods.card
      return found === undefined
        ? sound
        : { ...sound, capabilities: { ...sound.capabilities, methods: { card: { ...found, ...change } } } }
    }

  test.each([
    [
      { separateCapture: false, partialCapture: false, increment: false },
      'card.multiCapture is true, and separateCapture',
    ],
    [
      { separateCapture: false, multiCapture: false, increment: false },
      'card.partialCapture is true, and separateCapture',
    ],
    [{ refund: false }, 'card.partialRefund is true, and refund'],
  ])('names the field that contradicts another: %j', async (change, told) => {
    expect(await complaint('capabilities.sane', sabotaged(card(change)))).toContain(told)
  })

  test('says what a retention of 0 means', async () => {
    expect(await complaint('capabilities.sane', declaring({ keyRetentionMs: 1_000 }))).toContain(
      '0 says that there are no keys',
    )
    const lost = both(silent, (sound) => ({
      ...sound,
      capabilities: { ...sound.capabilities, keyRetentionMs: 0, lookupBy: [] },
    }))
    expect(await complaint('capabilities.sane', sabotaged(lost))).toContain('keyRetentionMs is 0 (no idempotency keys)')
  })

  test('tells an author whose requests are signed which secret to name', async () => {
    const harness = { ...sandboxHarness, secrets: ['a secret that signs and never travels'] }
    expect(await complaint('secrecy.canaries', harness)).toContain('the id of the key that does')
  })

  test('tells a transport that throws from one that sends for anybody', async () => {
    const throwing = transports(({ send }) => ({
      send: (request, context) =>
        context.account === 'default' ? send(request, context) : Promise.reject(new TypeError('no account')),
    }))
    expect(await complaint('effects.unknown_account', sabotaged(throwing))).toContain('rejects with TypeError')
  })
})
