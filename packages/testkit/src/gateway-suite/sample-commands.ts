import type { Command, Target } from '@florin/core/gateways'
import type { GatewayWorld } from './world.ts'

/** A command of every kind that the adapter can express, about charges that need not exist: for looking at requests only. */
export const sampleCommands = ({ gateway, make, can, amount, harness }: GatewayWorld): readonly Command[] => {
  const { lookupBy } = gateway.capabilities
  const kind = can.separateCapture ? 'authorize' : 'sale'
  const charge = make.charge(kind)
  const target: Target = { attempt: charge.attempt, gatewayId: 'gw_florin_sample' }
  const byReference: Target = { attempt: charge.attempt, gatewayId: null }
  const full = make.charge('sale', {
    description: 'Zwölf Äpfel & "Birnen" – 50 %',
    customer: { id: 'cus_1', email: 'buyer@shop.test', ip: '192.0.2.7' },
  })
  const commands: (Command | false)[] = [
    charge,
    full,
    can.separateCapture && make.capture(target, amount),
    can.multiCapture && make.capture(target, amount / 2n, false),
    can.reverseBy.includes('gateway_id') && make.cancel(target, amount),
    can.reverseBy.includes('reference') && make.cancel(byReference, amount),
    can.refund && make.refund(target, amount),
    can.increment && make.increment(target, amount + 1n, 1n),
    harness.methods.challenge !== undefined &&
      make.complete(charge, target, harness.methods.broughtBack ?? { result: 'florin' }),
    lookupBy.includes('gateway_id') && make.lookup(kind, target, amount),
    lookupBy.includes('reference') && make.lookup(kind, byReference, amount),
  ]
  return commands.filter((command) => command !== false)
}
