import {
  CANCEL_INTENT,
  CAPTURE_INTENT,
  CLOSE_DISPUTE,
  CONFIRM_INTENT,
  CREATE_FILE,
  CREATE_INTENT,
  CREATE_REFUND,
  INCREMENT_INTENT,
  LIST_CHARGES,
  LIST_DISPUTES,
  LIST_EVENTS,
  LIST_INTENTS,
  LIST_REFUNDS,
  LIST_TRANSACTIONS,
  RETRIEVE,
  SEARCH,
  UPDATE_DISPUTE,
  UPDATE_INTENT,
  UPDATE_REFUND,
} from './endpoints.ts'
import type { StripeOperation } from './faults.ts'
import type { Parameters } from './parameters.ts'

/** What a GET asks for. */
export type Look =
  | 'intent'
  | 'intents'
  | 'search'
  | 'charge'
  | 'charges'
  | 'refund'
  | 'refunds'
  | 'dispute'
  | 'file'
  | 'disputes'
  | 'transaction'
  | 'transactions'
  | 'event'
  | 'events'
  | 'method'

/** A path of the API, taken apart. */
export interface Route {
  readonly operation: StripeOperation
  readonly look: Look | null
  readonly id: string
  readonly parameters: Parameters
}

const VERBS: Readonly<Record<string, readonly [StripeOperation, Parameters]>> = {
  '': ['update', UPDATE_INTENT],
  confirm: ['confirm', CONFIRM_INTENT],
  capture: ['capture', CAPTURE_INTENT],
  cancel: ['cancel', CANCEL_INTENT],
  increment_authorization: ['increment', INCREMENT_INTENT],
}
const LOOKS: Readonly<Record<string, readonly [one: Look, all: Look | null, Parameters]>> = {
  payment_intents: ['intent', 'intents', LIST_INTENTS],
  charges: ['charge', 'charges', LIST_CHARGES],
  refunds: ['refund', 'refunds', LIST_REFUNDS],
  disputes: ['dispute', 'disputes', LIST_DISPUTES],
  files: ['file', null, RETRIEVE],
  balance_transactions: ['transaction', 'transactions', LIST_TRANSACTIONS],
  events: ['event', 'events', LIST_EVENTS],
  payment_methods: ['method', null, RETRIEVE],
}

const CREATE: Route = { operation: 'create', look: null, id: '', parameters: CREATE_INTENT }
const REFUND: Route = { operation: 'refund', look: null, id: '', parameters: CREATE_REFUND }

const UPLOAD: Route = { operation: 'upload_file', look: null, id: '', parameters: CREATE_FILE }

const changeDispute = (id: string, verb: string): Route | null => {
  if (id === '') return null
  if (verb === '') return { operation: 'update_dispute', look: null, id, parameters: UPDATE_DISPUTE }
  return verb === 'close' ? { operation: 'close_dispute', look: null, id, parameters: CLOSE_DISPUTE } : null
}

const change = (collection: string, id: string, verb: string): Route | null => {
  if (collection === 'payment_intents') {
    if (id === '') return CREATE
    const found = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined
    return found === undefined ? null : { operation: found[0], look: null, id, parameters: found[1] }
  }
  if (collection === 'disputes') return changeDispute(id, verb)
  if (collection === 'files') return id === '' ? UPLOAD : null
  if (collection !== 'refunds') return null
  if (id === '') return REFUND
  if (verb === '') return { operation: 'update_refund', look: null, id, parameters: UPDATE_REFUND }
  return verb === 'cancel' ? { operation: 'cancel_refund', look: null, id, parameters: { expand: 'list' } } : null
}

const look = (collection: string, id: string): Route | null => {
  const found = Object.hasOwn(LOOKS, collection) ? LOOKS[collection] : undefined
  if (found === undefined) return null
  const [one, all, parameters] = found
  if (id === '') return all === null ? null : { operation: 'lookup', look: all, id, parameters }
  if (collection === 'payment_intents' && id === 'search')
    return { operation: 'lookup', look: 'search', id: '', parameters: SEARCH }
  return { operation: 'lookup', look: one, id, parameters: RETRIEVE }
}

/** The route of a request, or null where the double has none. `path` is without its query. */
export const parseRoute = (method: string, path: string): Route | null => {
  const [empty, version, collection = '', id = '', verb = '', ...rest] = path.split('/')
  if (empty !== '' || version !== 'v1' || rest.length > 0) return null
  if (method === 'POST') return change(collection, id, verb)
  return method === 'GET' && verb === '' ? look(collection, id) : null
}
