import type { DisputeCommand, DisputePort, GatewayRequest } from '@florin/core/gateways'
import type { ResolvedOptions } from '../options/options.ts'
import { checkAccount, post } from '../request/request.ts'
import { STRIPE_EVIDENCE } from './evidence.ts'
import { disputeFacts } from './facts.ts'
import { STRIPE_FILES } from './files.ts'
import { readDispute } from './read.ts'
import { beginSubmission, pathOf } from './submit.ts'

/** All files of a dispute together (docs.stripe.com/disputes/responding, 2026-11); core keeps fewer. */
const FILES_MAX_BYTES = 4_500_000

const requestOf = (command: DisputeCommand, options: ResolvedOptions): GatewayRequest => {
  checkAccount(command, options)
  return command.kind === 'accept_dispute'
    ? post(command, options, command.key, `${pathOf(command)}/close`, {})
    : beginSubmission(command, options)
}

/** Disputes at Stripe. To accept one closes it, which cannot be taken back. Files are uploaded one by one, then the evidence names them. */
export const stripeDisputes = (options: ResolvedOptions): DisputePort =>
  Object.freeze({
    texts: STRIPE_EVIDENCE,
    files: Object.freeze({ kinds: STRIPE_FILES, maxBytes: FILES_MAX_BYTES }),
    accept: true,
    request: (command) => requestOf(command, options),
    read: (response, command, step, kept) =>
      readDispute(response, command, { options, account: command.account }, { step, kept }),
    parse: (body) => disputeFacts(body),
  } satisfies DisputePort)
