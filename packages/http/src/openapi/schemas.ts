import { z } from 'zod'
import { INPUTS, OUTPUTS } from '../schemas/components.ts'

/** A piece of JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Where a named schema is in the document. */
export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

type Written = Record<string, unknown>

/** What zod writes, as clients and generators of the document understand it. */
const tidy = (json: Written, io: 'input' | 'output'): void => {
  if (io === 'output' && json.additionalProperties === false) delete json.additionalProperties // fields may come
  if (json.format === 'starts_with')
    delete json.format // zod's own word; the pattern says it
  else if (json.format !== undefined) delete json.pattern // says the format again, at length
  if (json.type === 'integer' && json.maximum === Number.MAX_SAFE_INTEGER) {
    delete json.minimum
    delete json.maximum
  }
  if ('example' in json) {
    json.examples = [json.example]
    delete json.example
  }
}

const written = (named: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): Record<string, JsonSchema> => {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => tidy(jsonSchema as Written, io),
  })
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, id: ___, ...schema }]) => [id, schema]),
  )
}

/** Every named schema, inputs as they are written and outputs as they are read. */
export const namedSchemas = (): Readonly<Record<string, JsonSchema>> => ({
  ...written(INPUTS, 'input'),
  ...written(OUTPUTS, 'output'),
})

/** A field of a flat object. */
export interface Field {
  readonly name: string
  readonly required: boolean
  readonly schema: JsonSchema
}

/** The fields of a flat object, for parameters. */
export const fieldsOf = (schema: z.ZodObject): readonly Field[] => {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => tidy(jsonSchema as Written, 'input'),
  })
  const needed = new Set(required)
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, field]) => ({
    name,
    required: needed.has(name),
    schema: field,
  }))
}
