import type { DisputeAnswer, DisputeCommand, GatewayRequest } from '@florin/core/gateways'
import type { ResolvedOptions } from '../options/options.ts'
import { post, upload } from '../request/request.ts'
import { textsOf } from './evidence.ts'
import { checkFiles, fileIdsOf } from './files.ts'

/** Where a dispute is changed. */
export const pathOf = ({ dispute }: DisputeCommand): string => `/v1/disputes/${encodeURIComponent(dispute)}`

/** What files for a dispute are uploaded for, by Stripe's name. */
export const EVIDENCE_PURPOSE = 'dispute_evidence'

/** Each upload has a key of its own: one whose answer was lost is sent again under it, and gives the same file. */
const uploadOf = (command: DisputeCommand, options: ResolvedOptions, at: number): GatewayRequest | null => {
  const file = command.files[at]
  if (file === undefined) return null
  const { name: filename, contentType, bytes } = file
  const part = { name: 'file', filename, contentType, bytes }
  return upload(command, options, `${command.key}-file-${at}`, EVIDENCE_PURPOSE, part)
}

/** Evidence is submitted in the request that brings it: Stripe passes one submission on to the bank, and no second. */
const submission = (
  command: DisputeCommand,
  options: ResolvedOptions,
  files: Readonly<Record<string, string>>,
): GatewayRequest =>
  post(command, options, command.key, pathOf(command), {
    evidence: { ...textsOf(command), ...files },
    submit: true,
  })

/**
 * The first request of a submission: its first file, or all of it where there is none. Throws `invalid_request` for anything in it that Stripe
 * does not take, of the later requests, too.
 */
export const beginSubmission = (command: DisputeCommand, options: ResolvedOptions): GatewayRequest => {
  textsOf(command)
  checkFiles(command)
  return uploadOf(command, options, 0) ?? submission(command, options, {})
}

/** What follows the upload of a step: the next file, or the evidence with all of them. */
export const afterUpload = (
  command: DisputeCommand,
  options: ResolvedOptions,
  step: number,
  id: string,
  kept: Readonly<Record<string, string>>,
): DisputeAnswer => {
  const keep = { [command.files[step]?.kind ?? '']: id }
  const next = uploadOf(command, options, step + 1)
  if (next !== null) return { effect: 'next', request: next, keep }
  const files = fileIdsOf(command, { ...kept, ...keep })
  return files === null
    ? { effect: 'unknown', reason: 'the ids of the files before this one are not known' }
    : { effect: 'next', request: submission(command, options, files), keep }
}
