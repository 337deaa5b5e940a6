import type { Form } from './form.ts'
import { invalid } from './refusal.ts'

/** Names and values that a merchant attaches. Never changed in place: events hold on to it. */
export type Metadata = Readonly<Record<string, string>>

/** No metadata. */
export const NO_METADATA: Metadata = Object.freeze({})

// docs.stripe.com/api/metadata
const KEYS_MAX = 50
const KEY_LENGTH_MAX = 40
const VALUE_LENGTH_MAX = 500

/** What metadata becomes by a request: merged; an empty value takes a key away, an empty `metadata` all of them. */
export const mergeMetadata = (before: Metadata, form: Form): Metadata => {
  const given = form.record('metadata')
  if (given === null) return form.has('metadata') ? NO_METADATA : before
  const merged = new Map(Object.entries(before))
  for (const [key, value] of Object.entries(given)) {
    if (key.length > KEY_LENGTH_MAX || key.includes('['))
      throw invalid(`The metadata key '${key}' is longer than ${KEY_LENGTH_MAX} characters, or has a bracket.`, {
        param: `metadata[${key}]`,
      })
    if (value.length > VALUE_LENGTH_MAX)
      throw invalid(`The metadata value of '${key}' is longer than ${VALUE_LENGTH_MAX} characters.`, {
        param: `metadata[${key}]`,
      })
    if (value === '') merged.delete(key)
    else merged.set(key, value)
  }
  if (merged.size > KEYS_MAX) throw invalid(`Metadata may have ${KEYS_MAX} keys.`, { param: 'metadata' })
  return Object.freeze(Object.fromEntries(merged))
}
