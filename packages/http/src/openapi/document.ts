import { idempotencyKeyInput } from '@florin/core'
import { z } from 'zod'
import { API_VERSION, CONSISTENCY } from '../headers.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Route } from '../routes/route.ts'
import { operationOf } from './operation.ts'
import { namedSchemas } from './schemas.ts'

/** An OpenAPI 3.1 document, as far as its readers here look at it. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly [field: string]: unknown
}

const PARAMETERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'The same key with the same content charges once, and gives the first answer again. With other content it is refused.',
    schema: plain(idempotencyKeyInput),
  },
  FlorinVersion: {
    name: 'Florin-Version',
    in: 'header',
    required: false,
    description: 'Pins the wire contract to its date.',
    schema: { type: 'string', enum: [API_VERSION] },
  },
  FlorinConsistency: {
    name: CONSISTENCY,
    in: 'header',
    required: false,
    description: 'The same header of an earlier answer, of any server: what is read is then at least as new.',
    schema: { type: 'string' },
  },
} as const

function plain(schema: z.ZodType): unknown {
  const { $schema: _, ...json } = z.toJSONSchema(schema)
  return json
}

/** What the host's `authorize` looks at is the host's; the challenge says the scheme that it names to clients. */
const securityOf = (challenge: string): unknown => ({
  type: 'http',
  scheme: challenge.split(' ', 1)[0]?.toLowerCase(),
  description: 'Says for which merchant a request acts.',
})

/** The document of these routes. */
export const createDocument = (
  routes: readonly Route[],
  options: Pick<ResolvedOptions, 'prefix' | 'publicUrl' | 'challenge'>,
): OpenApiDocument => {
  const byPath = Map.groupBy(routes, (route) => route.path)
  const paths = [...byPath].map(([path, at]) => [
    path,
    Object.fromEntries(at.map((route) => [route.method.toLowerCase(), operationOf(route)])),
  ])
  return {
    openapi: '3.1.1',
    info: {
      title: 'Florin',
      version: API_VERSION,
      description:
        'Take payments. Amounts are decimal strings; what happened to a payment is its status, never an error.',
    },
    servers: [{ url: options.publicUrl ?? (options.prefix || '/') }],
    security: [{ merchant: [] }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths: Object.fromEntries(paths),
    components: {
      schemas: namedSchemas(),
      parameters: PARAMETERS,
      headers: { RetryAfter: { description: 'Seconds after which to ask again.', schema: { type: 'integer' } } },
      securitySchemes: { merchant: securityOf(options.challenge) },
    },
  }
}
