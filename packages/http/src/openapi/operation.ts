import type { Route } from '../routes/route.ts'
import { refusalsOf } from './problems.ts'
import { fieldsOf, type JsonSchema, refTo } from './schemas.ts'

const PARAMS: Readonly<Record<string, string>> = {
  id: 'An id as Florin gave it.',
  gateway: 'The name under which the gateway is configured.',
  account: 'The account at the gateway.',
}

const parametersOf = (route: Route): readonly unknown[] => {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: PARAMS[name],
    schema: { type: 'string' },
  }))
  if (route.access !== 'merchant') return inPath
  const inQuery = route.query === undefined ? [] : fieldsOf(route.query)
  return [
    ...inPath,
    ...inQuery.map(({ name, required, schema }) => ({ name, in: 'query', required, schema })),
    ...(route.key === 'kept' ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    { $ref: '#/components/parameters/FlorinVersion' },
    { $ref: '#/components/parameters/FlorinConsistency' },
  ]
}

const bodyOf = (route: Route): Readonly<Record<string, unknown>> => {
  if (route.access === 'webhook') {
    return {
      requestBody: { required: true, description: 'As the gateway sent it.', content: { '*/*': { schema: {} } } },
    }
  }
  if (route.access === 'public') return {}
  if (route.file === true) {
    const content = { '*/*': { schema: { type: 'string', format: 'binary' } } }
    return { requestBody: { required: true, description: 'The file, as it is.', content } }
  }
  if (route.input === null) return {}
  const { schema, required } = route.input
  return { requestBody: { required, content: { 'application/json': { schema: refTo(schema) } } } }
}

const answered = (says: string, schema: JsonSchema | null, { types = [], lines }: Partial<Route> = {}): unknown => {
  if (schema === null) return { description: says }
  const others = types.map((type) => [type, { schema: { type: 'string' } }] as const)
  const first = lines === true ? 'application/x-ndjson' : 'application/json'
  return { description: says, content: { [first]: { schema }, ...Object.fromEntries(others) } }
}

const answersOf = (route: Route): Readonly<Record<string, unknown>> => {
  const { answer, otherwise, method } = route
  const schema = answer.schema === null ? (method === 'GET' ? { type: 'object' } : null) : refTo(answer.schema)
  return {
    [answer.status]: answered(answer.says, schema, route),
    ...(otherwise === undefined ? {} : { [otherwise.status]: answered(otherwise.says, refTo(otherwise.schema)) }),
  }
}

/** One operation of the document. */
export const operationOf = (route: Route): Readonly<Record<string, unknown>> => ({
  operationId: route.operationId,
  tags: [route.tag],
  summary: route.summary,
  ...(route.access === 'merchant' ? {} : { security: [] }),
  parameters: parametersOf(route),
  ...bodyOf(route),
  responses: { ...answersOf(route), ...refusalsOf(route) },
})
