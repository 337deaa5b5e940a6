import type { CallOptions, Florin, MerchantApi, RunView } from '@florin/core'
import type { z } from 'zod'
import type { ProblemCode } from '../problems/codes.ts'
import type { InputName, OutputName } from '../schemas/components.ts'

/** What an operation gives: text that goes out as it is. */
export interface Answer {
  readonly status: number
  /** JSON, or nothing. */
  readonly body: string | null
  /** In place of `body`: text of another type, or of any size, piece by piece. */
  readonly stream?: { readonly type: string; readonly pieces: AsyncIterable<string> }
}

/** A request of a merchant, read and checked as far as HTTP goes. */
export interface Call {
  readonly api: MerchantApi
  /** What concerns all merchants; only a route `forOperators` may ask for it. */
  readonly platform: () => Platform
  /** The `{id}` of the path. */
  readonly id: string
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  /** Reads the file in the body into the books; only for a route with `file`. */
  readonly ingest: () => Promise<RunView>
  readonly options: CallOptions
}

/** What concerns all merchants at once. */
export type Platform = Pick<Florin, 'reconciliation'>

/** What a route can do besides answering for a merchant. */
export interface Service {
  readonly florin: Pick<Florin, 'for' | 'webhooks' | 'health'>
  readonly healthDetails: boolean
  /** The OpenAPI document, as JSON. */
  document(): string
}

interface Described {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Under the prefix; `{name}` stands for one segment. */
  readonly path: string
  readonly operationId: string
  readonly tag:
    | 'Payments'
    | 'Refunds'
    | 'Disputes'
    | 'Reviews'
    | 'Customers'
    | 'Settlements'
    | 'Payouts'
    | 'Fees'
    | 'Exchange'
    | 'Ledger'
    | 'Reports'
    | 'Reconciliation'
    | 'Webhooks'
    | 'Service'
  readonly summary: string
  /** What comes back when all goes well. */
  readonly answer: { readonly status: number; readonly schema: OutputName | null; readonly says: string }
  /** Further types that the answer can have, where its caller asks for them. */
  readonly types?: readonly string[]
  /** The answer is lines of JSON, each of its schema, instead of one value. */
  readonly lines?: true
  /** A further answer that is not a problem. */
  readonly otherwise?: { readonly status: number; readonly schema: OutputName; readonly says: string }
  /** What this operation in particular may refuse. */
  readonly refuses: readonly ProblemCode[]
}

/** An operation that acts for the merchant whom `authorize` named. */
export interface MerchantRoute extends Described {
  readonly access: 'merchant'
  /** It concerns all merchants: only for whom `authorize` calls an operator. */
  readonly forOperators?: true
  /** The schema of its JSON body, if it takes one; `required` where an empty body is not enough. */
  readonly input: { readonly schema: InputName; readonly required: boolean } | null
  readonly query?: z.ZodObject
  /** Its body is a file of any type and size, which is not read as JSON. */
  readonly file?: true
  /** What becomes of an idempotency key: kept, refused, or of no matter where the operation is idempotent by itself. */
  readonly key: 'kept' | 'refused' | 'ignored'
  run(call: Call): Promise<Answer>
}

/** Takes a gateway's webhook, whose raw bytes are what was signed. */
export interface WebhookRoute extends Described {
  readonly access: 'webhook'
}

/** Answers anybody. */
export interface PublicRoute extends Described {
  readonly access: 'public'
  run(service: Service): Promise<Answer>
}

/** One operation of the API: what it is for, and what it does. */
export type Route = MerchantRoute | WebhookRoute | PublicRoute

/** An answer that is not JSON text yet. */
export const json = (status: number, value: unknown): Answer => ({ status, body: JSON.stringify(value) })
