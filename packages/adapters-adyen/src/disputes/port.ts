import type { DisputePort } from '@florin/core/gateways'
import type { ResolvedOptions } from '../options.ts'
import { invalid } from '../request/invalid.ts'
import { disputeFacts } from './facts.ts'
import { readDispute } from './read.ts'
import { disputeRequest, FILES_MAX_BYTES, REASON } from './request.ts'

/**
 * Disputes at Adyen. Their acts go to another host than payments; where none is known, they are left to the Customer Area, and their
 * facts come all the same.
 */
export const adyenDisputes = (
  { disputesUrl, defenseDocuments }: ResolvedOptions,
  merchantAccountOf: (account: string) => string,
): DisputePort => {
  const acts = disputesUrl !== null
  return Object.freeze({
    texts: acts ? Object.freeze([REASON]) : Object.freeze([]),
    files: acts
      ? Object.freeze({ kinds: Object.freeze([...defenseDocuments.keys()]), maxBytes: FILES_MAX_BYTES })
      : null,
    accept: acts,
    request: (command) =>
      acts
        ? disputeRequest(command, merchantAccountOf(command.account), defenseDocuments)
        : invalid('dispute', 'disputes are answered in the Customer Area; configure disputesUrl to answer them here'),
    read: (response, command, step) => readDispute(response, command, step, merchantAccountOf(command.account)),
    parse: (body) => disputeFacts(body),
  } satisfies DisputePort)
}
