import { type DisputeCommand, type EvidenceFile, FlorinError } from '@florin/core/gateways'

/** Florin's words for files that are evidence, and Stripe's names (docs.stripe.com/api/disputes/update, 2026-11). */
const KINDS = {
  cancellation_policy: 'cancellation_policy',
  customer_communication: 'customer_communication',
  customer_signature: 'customer_signature',
  duplicate_charge: 'duplicate_charge_documentation',
  receipt: 'receipt',
  refund_policy: 'refund_policy',
  service_documentation: 'service_documentation',
  shipping_documentation: 'shipping_documentation',
  other: 'uncategorized_file',
} as const

/** The kinds of files that Stripe takes. */
export const STRIPE_FILES: readonly string[] = Object.freeze(Object.keys(KINDS))

/** Of `dispute_evidence`: "PDF JPEG PNG, 5MB" a file (docs.stripe.com/file-upload, 2026-11), taken for the smaller of the two megabytes. */
export const FILE_MAX_BYTES = 5_000_000

const SHORT = 64

const refuse = (message: string): never => {
  throw new FlorinError('invalid_request', `stripe: ${message}`, { details: { path: 'files' } })
}

const checkFile = ({ kind, name, bytes }: EvidenceFile): void => {
  const called = `'${name.slice(0, SHORT)}'`
  if (!Object.hasOwn(KINDS, kind))
    refuse(`there is no file of evidence '${kind.slice(0, SHORT)}'; known are ${STRIPE_FILES.join(', ')}`)
  if (bytes.length === 0) refuse(`the file ${called} is empty; leave it out`)
  if (bytes.length > FILE_MAX_BYTES)
    refuse(`the file ${called} has ${bytes.length} bytes; Stripe takes ${FILE_MAX_BYTES}: make it smaller`)
}

/** Refuses files that Stripe does not take, all of them, before the first is sent. Throws `invalid_request`. */
export const checkFiles = ({ files }: DisputeCommand): void => {
  const seen = new Set<string>()
  for (const file of files) {
    checkFile(file)
    if (seen.has(file.kind)) refuse(`there are two files of the kind '${file.kind}'; Stripe takes one of each`)
    seen.add(file.kind)
  }
}

/** Uploaded files by Stripe's names, from their ids by kind; null where one has no id. */
export const fileIdsOf = (
  { files }: DisputeCommand,
  ids: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | null => {
  const named: Record<string, string> = {}
  for (const { kind } of files) {
    const id = Object.hasOwn(ids, kind) ? ids[kind] : undefined
    if (id === undefined) return null
    named[KINDS[kind as keyof typeof KINDS]] = id
  }
  return named
}
