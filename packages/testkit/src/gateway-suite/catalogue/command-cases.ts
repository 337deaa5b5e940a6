import type { CaseEntry } from './case-entry.ts'

/** Cases of what an adapter says of itself, what it sends, and what commands do. */
export const COMMAND_CASES = {
  'capabilities.sane': {
    says: 'the capabilities can be true of a gateway',
    rule: 'FAILURES 3',
    remedy: 'declare in `capabilities` what the provider documents, and nothing that contradicts itself',
  },
  'capabilities.honest': {
    says: 'what is not a capability is refused, by `request` or by the provider, and moves nothing',
    rule: 'FAILURES 2.18',
    remedy: 'throw `invalid_request` from `request` for commands that the provider cannot express',
  },
  'request.same_bytes': {
    says: 'the same command gives the same bytes, also after it was stored and read again',
    rule: 'FAILURES 2.1, 6.10',
    remedy: 'build the request from the command alone: no clock, no random numbers, no state',
  },
  'request.no_io': {
    says: '`request`, `read` and `parse` talk to nobody',
    rule: 'FAILURES 2.1',
    remedy: 'leave sending to the transport: nothing may leave before the request is committed',
  },
  'request.no_credentials': {
    says: 'a request carries no credentials: it is stored',
    rule: 'FAILURES 7.2',
    remedy: 'give credentials to the transport, which adds them when it sends',
  },
  'request.key': {
    says: 'every request that changes something carries the command’s idempotency key, and no other',
    rule: 'FAILURES 3',
    remedy: 'send `command.key` where the provider takes an idempotency key; do not derive one from the attempt',
  },
  'request.reference': {
    says: 'the attempt’s id is the reference that the provider gets, and the merchant’s is metadata',
    rule: 'FAILURES 2.4',
    remedy: 'send `command.attempt` as reference and `command.merchantReference` beside it',
  },
  'request.amounts': {
    says: 'amounts arrive exactly, in currencies of no, two and three decimals, or are refused',
    rule: 'FAILURES 6.1',
    remedy:
      'convert from ISO 4217 minor units to the provider’s without rounding; throw `invalid_request` where it cannot',
  },
  'charge.authorize': {
    says: 'an authorization holds the amount and captures nothing',
    rule: 'FAILURES 2.13',
    remedy: 'ask for manual capture in every `authorize`: account defaults capture',
  },
  'charge.sale': {
    says: 'a sale takes the amount at once',
    rule: 'FAILURES 2.13',
    remedy: 'ask for automatic capture in every `sale`',
  },
  'charge.other_methods': {
    says: 'every further method of the harness is charged, and ends approved',
    rule: 'FAILURES 1',
    remedy: 'map the method’s type and brand to what the provider calls it',
  },
  'charge.redirect': {
    says: 'a method that cannot be held is refused for an authorization, and its sale is decided at the bank’s page',
    rule: 'FAILURES 2.13',
    remedy:
      'throw `invalid_request` for `authorize`; answer `pending` with an action, and read `complete` as the sale’s end',
  },
  'charge.confirmed': {
    says: 'a charge that waits for the buyer is approved once the buyer confirms',
    rule: 'FAILURES 1 (pending)',
    remedy: 'answer `pending` with `awaits: customer` and an action; turn what the buyer brought back into `complete`',
  },
  'charge.not_confirmed': {
    says: 'a charge that the buyer fails to confirm is a decline, and holds nothing',
    rule: 'FAILURES 4',
    remedy: 'read the failed confirmation as `rejected`, of class customer_action or as the provider documents',
  },
  'capture.full': {
    says: 'a full capture takes the hold',
    rule: 'FAILURES 2.11',
    remedy: 'capture `command.amount` of the target charge',
  },
  'capture.partial': {
    says: 'a final partial capture takes its amount and releases the rest',
    rule: 'FAILURES 2.18',
    remedy: 'send the amount, and say that the capture is final where the provider wants to know',
  },
  'capture.several': {
    says: 'several captures take their amounts, and the last one releases the rest',
    rule: 'FAILURES 2.18',
    remedy: 'say `final: false` in the provider’s words, or declare `multiCapture: false`',
  },
  'capture.too_much': {
    says: 'a capture above the hold is refused and takes nothing',
    rule: 'FAILURES 6.8',
    remedy: 'read the provider’s refusal as `rejected`, of class configuration',
  },
  'cancel.by_id': {
    says: 'a cancel by the gateway’s id releases the hold',
    rule: 'FAILURES 2.12',
    remedy: 'cancel `target.gatewayId`, or leave `gateway_id` out of `reverseBy`',
  },
  'cancel.by_reference': {
    says: 'a cancel by our reference releases the hold, and that of no other charge',
    rule: 'FAILURES 2.4, 2.12',
    remedy: 'cancel by `target.attempt` where `gatewayId` is null, or leave `reference` out of `reverseBy`',
  },
  'cancel.waiting': {
    says: 'a charge that waits for the buyer can be called off, and cannot be confirmed after that',
    rule: 'FAILURES 2.10',
    remedy: 'let `cancel` end a charge that nobody confirmed yet',
  },
  'refund.full': {
    says: 'a full refund gives everything back',
    rule: 'FAILURES 6.8',
    remedy: 'refund `command.amount` of the target charge',
  },
  'refund.several': {
    says: 'several refunds give their amounts back, and one above what is left is refused',
    rule: 'FAILURES 6.8',
    remedy: 'send each refund with its own key, and read the provider’s refusal as `rejected`',
  },
  'increment.raises': {
    says: 'an increment raises the hold to the new total',
    rule: 'FAILURES 2.18',
    remedy: 'send what the provider wants, `amount` in all or `by` more, or declare `increment: false`',
  },
} as const satisfies Readonly<Record<string, CaseEntry>>
