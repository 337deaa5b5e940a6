import type { CaseEntry } from './case-entry.ts'

/** Cases of how commands end: found out later, repeated, declined, lost on the way, answered wrongly. */
export const OUTCOME_CASES = {
  'lookup.by_id': {
    says: 'a lookup by the gateway’s id tells what became of each kind of command',
    rule: 'FAILURES 2.3',
    remedy: 'answer a lookup as the command itself would have been answered',
  },
  'lookup.by_reference': {
    says: 'a lookup by our reference finds a charge whose answer was lost',
    rule: 'FAILURES 2.3',
    remedy: 'search by `target.attempt` where `gatewayId` is null, or leave `reference` out of `lookupBy`',
  },
  'lookup.undecided': {
    says: 'a lookup of a charge that waits for the buyer is pending, and of a declined one rejected',
    rule: 'FAILURES 1',
    remedy: 'read the charge’s status in a lookup as in its first answer',
  },
  'lookup.between_requests': {
    says: 'a lookup between two requests of a charge says what was done so far, and never that it failed',
    rule: 'FAILURES 2.5',
    remedy: 'answer `absent` or `unknown` for what stands there unpaid: the next request may still succeed',
  },
  'lookup.canceled': {
    says: 'a lookup of a hold that was given back does not say that it holds',
    rule: 'FAILURES 1 (applied)',
    remedy: 'read what is canceled as `rejected`: it holds nothing, and never will',
  },
  'lookup.absent': {
    says: 'a lookup of what never arrived is `absent` or `unknown`, and never a decline',
    rule: 'FAILURES 2.3',
    remedy: 'answer `absent` for the provider’s documented not-found, and for nothing else',
  },
  'lookup.failed': {
    says: 'a lookup that fails tells nothing',
    rule: 'FAILURES 1',
    remedy: 'answer `unknown` to every answer of a lookup that is not the documented one',
  },
  'replay.same_answer': {
    says: 'a request that is sent again has no second effect, and is answered alike',
    rule: 'FAILURES 3',
    remedy: 'send the key as the provider’s idempotency key',
  },
  'replay.at_once': {
    says: 'a request that is sent twice at once has one effect, and neither answer says that it failed',
    rule: 'FAILURES F6',
    remedy: 'read the provider’s “in flight” as `unknown`, to be asked again under the same key',
  },
  'replay.new_key': {
    says: 'another command is another charge, however alike they are',
    rule: 'FAILURES 3',
    remedy: 'use the command’s own key and reference',
  },
  'declines.classes': {
    says: 'each decline has the class that the harness names, a message for the buyer, and moves nothing',
    rule: 'FAILURES 4',
    remedy: 'map the provider’s decline codes in a table with a date and a source',
  },
  'declines.unknown_code': {
    says: 'a decline with a code that the adapter does not know is of a class that is never tried again',
    rule: 'FAILURES 4',
    remedy: 'give codes that are not in your table the class hard, and a message of your own',
  },
  'declines.credentials': {
    says: 'wrong credentials are a configuration fault or unknown, never the buyer’s, and charge nothing',
    rule: 'FAILURES F4',
    remedy: 'read the provider’s 401 and 403 as `rejected` of class configuration',
  },
  'effects.refused_connection': {
    says: 'a refused connection is `not_sent`',
    rule: 'FAILURES F3',
    remedy: 'send through httpTransport of @florin/transport, or prove that no byte was written',
  },
  'effects.unknown_account': {
    says: 'a request for an account that is not configured is `not_sent`',
    rule: 'FAILURES 1 (not_sent)',
    remedy:
      'let `credentials` throw `configuration` for accounts that it does not know; httpTransport makes `not_sent` of it',
  },
  'effects.reset_before': {
    says: 'a connection that is reset before the effect is `unknown`, and the same bytes then take effect once',
    rule: 'FAILURES 1, F8',
    remedy: 'never take a reset connection for `not_sent`: the request may have arrived',
  },
  'effects.reset_after': {
    says: 'a connection that is reset after the effect is `unknown`, and the same bytes have no second effect',
    rule: 'FAILURES 1, F8',
    remedy: 'send the key, and read a lost answer as `unknown`',
  },
  'effects.cut_body': {
    says: 'an answer that breaks off is `unknown`, and the same bytes have no second effect',
    rule: 'FAILURES 1',
    remedy: 'read nothing from half an answer',
  },
  'effects.cut_text': {
    says: 'a whole answer whose text is cut is `unknown`',
    rule: 'FAILURES 1',
    remedy: 'answer `unknown` to a body that cannot be parsed',
  },
  'effects.error_after': {
    says: 'a 5xx after the effect is `unknown`, and the same bytes have no second effect',
    rule: 'FAILURES F8',
    remedy: 'read every 5xx as `unknown`, whatever its body says',
  },
  'effects.slow': {
    says: 'an answer that comes after the deadline is `unknown`, and the same bytes have no second effect',
    rule: 'FAILURES 2.6, F8',
    remedy: 'let the transport give up at `context.deadline`, and not earlier',
  },
  'effects.garbage': {
    says: 'an answer that is not the provider’s (HTML, empty, another shape, another status) is `unknown`',
    rule: 'FAILURES 1',
    remedy: 'answer anything but `unknown` only to what the provider documents, status and body',
  },
  'effects.redirect': {
    says: 'a redirect is not followed, and is `unknown`',
    rule: 'FAILURES 7.8',
    remedy: 'use a transport that refuses redirects',
  },
  'effects.huge': {
    says: 'an answer of 10 MB is `unknown`, and is not read to its end',
    rule: 'FAILURES 1',
    remedy: 'use a transport with a size limit',
  },
  'answers.foreign_reference': {
    says: 'a success that carries another reference is not taken for ours',
    rule: 'FAILURES 1 (applied)',
    remedy: 'compare the reference in the answer with the command’s',
  },
  'answers.foreign_amount': {
    says: 'a success over another amount is not taken for what was asked',
    rule: 'FAILURES 1 (applied)',
    remedy: 'compare the amount in the answer with the command’s, or report it as the answer’s `amount`',
  },
  'answers.foreign_currency': {
    says: 'a success in another currency is not taken for what was asked',
    rule: 'FAILURES 1 (applied)',
    remedy: 'compare the currency in the answer with the command’s',
  },
  'answers.foreign_mode': {
    says: 'a hold that is answered as a sale would be, or a sale as a hold, is `unknown`',
    rule: 'FAILURES 2.13',
    remedy: 'compare the mode in the answer with what was asked: an account’s default may have captured',
  },
  'answers.ended_status': {
    says: 'a charge with a status by which it is over is no success',
    rule: 'FAILURES 1 (applied)',
    remedy: 'list the statuses that are successes; read those that are over as `rejected`',
  },
  'answers.foreign_http_status': {
    says: 'the body of a success under an HTTP status that is none of a success’s is `unknown`',
    rule: 'FAILURES 1',
    remedy: 'read status and body together: each alone proves nothing',
  },
  'answers.refusal_under_error': {
    says: 'a documented refusal under a 5xx is `unknown`',
    rule: 'FAILURES 1, F8',
    remedy: 'look at the status first: whatever stands under a 5xx proves nothing',
  },
  'answers.unknown_status': {
    says: 'a status that the adapter does not know is `unknown`, never pending and never failed',
    rule: 'FAILURES 1',
    remedy: 'read statuses by a list of the known ones, and answer `unknown` to any other',
  },
  'answers.any_shape': {
    says: 'an answer in which a field is gone, or of another type, is read as before or is `unknown`',
    rule: 'FAILURES 1',
    remedy: 'check the shape of the whole answer before anything is read from it',
  },
} as const satisfies Readonly<Record<string, CaseEntry>>
