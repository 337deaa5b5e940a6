import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'

const FOLDER = process.env.FLORIN_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))

/** A file of the reference data, or null where the data is not there. */
export const referenceData = (name: string): string | null =>
  existsSync(`${FOLDER}/${name}`) ? readFileSync(`${FOLDER}/${name}`, 'utf8') : null

/** Why tests that need it are left out. */
export const NO_DATA = 'no reference data: set FLORIN_DATA to the folder that has adyen/CheckoutService-v71.json'

/** Checks request bodies against Adyen's OpenAPI document of Checkout v71; null where that is not there. */
export const checkoutSchemas = (): ((schema: string, value: unknown) => void) | null => {
  const text = referenceData('adyen/CheckoutService-v71.json')
  if (text === null) return null
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  // Several payment methods allow the same type: of `oneOf`, more than one holds in Adyen's own examples.
  ajv.addSchema({ $id: 'checkout', components: JSON.parse(text.replaceAll('"oneOf"', '"anyOf"')).components })
  return (schema, value) => {
    const validate = ajv.getSchema(`checkout#/components/schemas/${schema}`)
    if (validate === undefined) throw new Error(`there is no schema ${schema}`)
    if (!validate(value)) throw new Error(`not a ${schema}: ${ajv.errorsText(validate.errors)}`)
  }
}
