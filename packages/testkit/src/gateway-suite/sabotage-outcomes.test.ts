import type { Answer, Decline } from '@florin/core/gateways'
import { expect, test } from 'vitest'
import type { OUTCOME_CASES } from './catalogue/outcome-cases.ts'
import {
  answers,
  blindTo,
  commands,
  complaint,
  freshKeys,
  hopeful,
  type Sabotage,
  sabotaged,
  transports,
} from './sabotage.ts'
import { twoSteps } from './shapes.ts'

const DECLINE: Decline = {
  class: 'hard',
  code: 'refused',
  gatewayCode: null,
  networkAdvice: null,
  message: 'The payment was declined.',
}
const REJECTED: Answer = { effect: 'rejected', decline: DECLINE }

const ofLookups = (change: (answer: Answer) => Answer): Sabotage =>
  answers((answer, command) => (command.kind === 'lookup' ? change(answer) : answer))

/** Whatever cannot be read is a failure: the mistake that loses payments. */
const failing = answers((answer) => (answer.effect === 'unknown' ? REJECTED : answer))

/** Whatever is answered 2xx is a success: the mistake that gives goods away. */
const trusting = answers((answer, _, { status }) =>
  answer.effect === 'unknown' && status >= 200 && status < 300 ? { effect: 'applied', gatewayId: 'ch_1' } : answer,
)

const following = transports(({ send }) => ({
  async send(request, context) {
    const sent = await send(request, context)
    if (sent.outcome !== 'answered' || sent.response.headers.location === undefined) return sent
    const { status, headers } = await fetch(sent.response.headers.location)
    return { outcome: 'answered', response: { status, headers: Object.fromEntries(headers), body: '' } }
  },
}))

/** One defect for each case, which that case must find. */
const DEFECTS: Readonly<Record<keyof typeof OUTCOME_CASES, Sabotage>> = {
  'lookup.by_id': ofLookups((answer) => (answer.effect === 'applied' ? { ...answer, gatewayId: 'ch_other' } : answer)),
  'lookup.by_reference': answers((answer, command) =>
    command.kind === 'lookup' && command.target.gatewayId === null ? { effect: 'absent' } : answer,
  ),
  'lookup.undecided': ofLookups((answer) =>
    answer.effect === 'pending' ? { effect: 'applied', gatewayId: answer.gatewayId } : answer,
  ),
  'lookup.between_requests': (sound) =>
    ofLookups((answer) => (answer.effect === 'applied' ? REJECTED : answer))(twoSteps(sound)),
  'lookup.canceled': ofLookups((answer) =>
    answer.effect === 'rejected' ? { effect: 'applied', gatewayId: answer.gatewayId ?? 'ch_1' } : answer,
  ),
  'lookup.absent': ofLookups((answer) => (answer.effect === 'absent' ? REJECTED : answer)),
  'lookup.failed': answers((answer, command, { status }) =>
    command.kind === 'lookup' && status === 404 ? { effect: 'absent' } : answer,
  ),
  'replay.same_answer': freshKeys(/./),
  'replay.at_once': freshKeys(/./),
  'replay.new_key': commands((command) =>
    command.kind === 'refund' ? { ...command, attempt: 'att_1', key: `refund-${command.amount}` } : command,
  ),
  'declines.classes': answers((answer) =>
    answer.effect === 'rejected' ? { ...answer, decline: { ...answer.decline, class: 'soft_generic' } } : answer,
  ),
  'declines.unknown_code': answers((answer) =>
    answer.effect === 'rejected' && answer.decline.code === 'unknown_decline'
      ? { ...answer, decline: { ...answer.decline, class: 'soft_generic' } }
      : answer,
  ),
  'declines.credentials': answers((answer, _, { status }) => (status === 401 ? REJECTED : answer)),
  'effects.refused_connection': transports(({ send }) => ({
    async send(request, context) {
      const sent = await send(request, context)
      return sent.outcome === 'not_sent' ? { outcome: 'unknown', reason: sent.reason } : sent
    },
  })),
  'effects.unknown_account': transports(({ send }) => ({
    send: (request, context) => send(request, { ...context, account: 'default' }),
  })),
  'effects.reset_before': hopeful,
  'effects.reset_after': freshKeys(/./),
  'effects.cut_body': hopeful,
  'effects.cut_text': trusting,
  'effects.error_after': answers((answer, _, { status }) => (status >= 500 ? REJECTED : answer)),
  'effects.slow': hopeful,
  'effects.garbage': failing,
  'effects.redirect': following,
  'effects.huge': hopeful,
  'answers.foreign_reference': blindTo((command) => ({
    reference: command.attempt,
    ...('target' in command && { charge_reference: command.target.attempt }),
  })),
  'answers.foreign_amount': blindTo(({ amount }) => ({ amount: `${amount}`, authorized: `${amount}` })),
  'answers.foreign_currency': blindTo(({ currency }) => ({ currency })),
  'answers.foreign_mode': blindTo(({ kind }) =>
    kind === 'authorize' ? { capture: 'manual' } : kind === 'sale' ? { capture: 'automatic' } : {},
  ),
  'answers.ended_status': answers((answer, { kind }, { body }) =>
    answer.effect === 'rejected' && kind !== 'lookup' && body.includes('"canceled"')
      ? { effect: 'applied', gatewayId: answer.gatewayId ?? 'ch_1' }
      : answer,
  ),
  'answers.foreign_http_status': (sound) => ({
    ...sound,
    read: (response, command) => sound.read({ ...response, status: 200 }, command),
  }),
  'answers.refusal_under_error': (sound) => ({
    ...sound,
    read: (response, command) => sound.read({ ...response, status: Math.min(response.status, 402) }, command),
  }),
  'answers.unknown_status': answers((answer, _, { body }) =>
    body.includes('unheard') ? { effect: 'pending', gatewayId: 'ch_1', awaits: 'gateway', expiresAt: 1 } : answer,
  ),
  'answers.any_shape': (sound) => ({
    ...sound,
    read(response, command) {
      const { id } = JSON.parse(response.body) as { readonly id: string }
      return sound.read({ ...response, headers: { ...response.headers, 'x-id': id.trim() } }, command)
    },
  }),
}

for (const [name, defect] of Object.entries(DEFECTS) as [keyof typeof DEFECTS, Sabotage][]) {
  test(`${name} finds its defect, and says what to do`, async () => {
    expect(await complaint(name, sabotaged(defect))).toMatch(
      /^sandbox must see to it that .+\. Seen: .+\. To do: .+\.$/s,
    )
  })
}
