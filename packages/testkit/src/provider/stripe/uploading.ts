import type { Account } from './account.ts'
import type { StripeFile } from './file.ts'
import type { Form } from './form.ts'
import { needText } from './parameters.ts'
import { invalid, missingIn } from './refusal.ts'
import type { State } from './state.ts'

const MAX_BYTES = 5_000_000 // of dispute_evidence: docs.stripe.com/file-upload
const TYPES: ReadonlySet<string> = new Set(['pdf', 'jpg', 'png'])

/** POST /v1/files, of which the bytes are described in the form. */
export const createFile = (state: State, account: Account, form: Form): StripeFile => {
  const purpose = needText(form, 'purpose')
  const filename = needText(form, 'file[filename]')
  const size = form.integer('file[size]') ?? 0
  const type = form.text('file[type]') ?? ''
  if (size < 1 || size > MAX_BYTES)
    throw invalid(`The file has ${size} bytes, not 1 to ${MAX_BYTES}.`, { param: 'file' })
  if (!TYPES.has(type)) throw invalid('The file is no PDF, JPEG or PNG.', { param: 'file' })
  const sha256 = form.text('file[sha256]') ?? ''
  const created = state.second()
  const file = { id: state.ids.make('file'), account: account.name, created, filename, purpose, size, type, sha256 }
  state.files.set(file.id, file)
  return file
}

/** The account's file that a parameter names. */
export const fileIn = (state: State, account: string, param: string, id: string): StripeFile => {
  const file = state.files.get(id)
  if (file === undefined || file.account !== account) throw missingIn(param, 'file upload', id)
  return file
}
