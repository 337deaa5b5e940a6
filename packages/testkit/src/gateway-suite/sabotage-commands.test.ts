import type { ChargeCommand, Gateway } from '@florin/core/gateways'
import { expect, test } from 'vitest'
import type { COMMAND_CASES } from './catalogue/command-cases.ts'
import { answers, bodies, commands, complaint, idleCancel, requests, type Sabotage, sabotaged } from './sabotage.ts'

const withCapabilities =
  (change: Partial<Gateway['capabilities']>): Sabotage =>
  (sound) => ({ ...sound, capabilities: { ...sound.capabilities, ...change } })

/** One defect for each case, which that case must find. */
const DEFECTS: Readonly<Record<keyof typeof COMMAND_CASES, Sabotage>> = {
  'capabilities.sane': withCapabilities({ keyRetentionMs: -1 }),
  'capabilities.honest': (sound) => {
    const { card } = sound.capabilities.methods
    if (card === undefined) return sound
    const methods = { ...sound.capabilities.methods, card: { ...card, increment: false } }
    return withCapabilities({ methods })(sound)
  },
  'request.same_bytes': (() => {
    let made = 0
    return requests((request) => {
      made += 1
      return { ...request, headers: { ...request.headers, 'x-request-id': `${made}` } }
    })
  })(),
  'request.no_io': (sound) => ({
    ...sound,
    request(command) {
      const request = sound.request(command)
      void sound.transport.send(request, { account: command.account, deadline: Date.now() + 1_000 })
      return request
    },
  }),
  'request.no_credentials': requests((request) => ({
    ...request,
    headers: { ...request.headers, authorization: 'Bearer of-somebody' },
  })),
  'request.key': commands((command) => ({ ...command, key: command.attempt })),
  'request.reference': bodies((body, command) => {
    if (command.kind === 'authorize' || command.kind === 'sale') body.reference = command.merchantReference
  }),
  'request.amounts': bodies((body, command) => {
    if (command.currency === 'JPY') body.amount = `${command.amount / 100n}`
  }),
  'charge.authorize': bodies((body) => {
    if (body.capture === 'manual') body.capture = 'automatic'
  }),
  'charge.sale': bodies((body) => {
    if (body.capture === 'automatic') body.capture = 'manual'
  }),
  'charge.other_methods': answers((answer) =>
    answer.effect === 'pending' ? { effect: 'applied', gatewayId: answer.gatewayId } : answer,
  ),
  'charge.redirect': commands((command) =>
    command.kind === 'authorize' && command.method.type === 'redirect' ? { ...command, kind: 'sale' } : command,
  ),
  'charge.confirmed': answers((answer) => (answer.effect === 'pending' ? { ...answer, action: undefined } : answer)),
  'charge.not_confirmed': answers((answer, command) =>
    answer.effect === 'rejected' && command.kind === 'complete'
      ? { effect: 'unknown', reason: 'not confirmed' }
      : answer,
  ),
  'capture.full': commands((command) =>
    command.kind === 'capture' ? { ...command, amount: command.amount / 2n } : command,
  ),
  'capture.partial': commands((command) => (command.kind === 'capture' ? { ...command, final: false } : command)),
  'capture.several': commands((command) => (command.kind === 'capture' ? { ...command, final: true } : command)),
  'capture.too_much': commands((command) =>
    command.kind === 'capture' && command.amount > 10_000n ? { ...command, amount: 10_000n } : command,
  ),
  'cancel.by_id': idleCancel,
  'cancel.by_reference': (() => {
    const charged: ChargeCommand[] = []
    return commands((command) => {
      if (command.kind === 'authorize') charged.push(command)
      const [first] = charged
      return command.kind === 'cancel' && first !== undefined
        ? { ...command, target: { attempt: first.attempt, gatewayId: null } }
        : command
    })
  })(),
  'cancel.waiting': idleCancel,
  'refund.full': commands((command) =>
    command.kind === 'refund' ? { ...command, amount: command.amount - 1n } : command,
  ),
  'refund.several': commands((command) =>
    command.kind === 'refund' ? { ...command, key: `refund-${command.target.attempt}` } : command,
  ),
  'increment.raises': commands((command) =>
    command.kind === 'increment' ? { ...command, amount: command.amount + command.by } : command,
  ),
}

for (const [name, defect] of Object.entries(DEFECTS) as [keyof typeof DEFECTS, Sabotage][]) {
  test(`${name} finds its defect, and says what to do`, async () => {
    expect(await complaint(name, sabotaged(defect))).toMatch(
      /^sandbox must see to it that .+\. Seen: .+\. To do: .+\.$/s,
    )
  })
}
