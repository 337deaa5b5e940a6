import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'

const FOLDER = process.env.FLORIN_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url))
const fileOf = (name: string): string => `${FOLDER}/adyen/${name}.json`

/** Whether Adyen's OpenAPI documents are there to check against. */
export const hasSchemas = ['CheckoutService-v71', 'CheckoutService-v72', 'Webhooks-v1'].every((name) =>
  existsSync(fileOf(name)),
)

/** Why tests that need them are left out. */
export const NO_SCHEMAS =
  'no Adyen OpenAPI documents: set FLORIN_DATA to the folder that has adyen/CheckoutService-v71.json'

/** Checks values against the schemas of one of Adyen's OpenAPI documents; throws with what is wrong. */
export const schemasOf = (name: 'CheckoutService-v71' | 'CheckoutService-v72' | 'Webhooks-v1') => {
  // Several payment methods allow the same type: of `oneOf`, more than one holds in Adyen's own examples.
  const text = readFileSync(fileOf(name), 'utf8').replaceAll('"oneOf"', '"anyOf"')
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema({ $id: name, components: JSON.parse(text).components })
  return (schema: string, value: unknown): void => {
    const validate = ajv.getSchema(`${name}#/components/schemas/${schema}`)
    if (validate === undefined) throw new Error(`${name} has no schema ${schema}`)
    if (!validate(value)) throw new Error(`not a ${schema}: ${ajv.errorsText(validate.errors)}`)
  }
}
