import { tmpdir } from 'node:os'
import { type Florin, FlorinError } from '@florin/core'
import type { StatementReader } from '@florin/core/statements'
import { z } from 'zod'

/** For whom a request acts. */
export interface Authorized {
  readonly merchant: string
  /** Whether they work for the platform itself, and may see and decide what concerns all merchants. Default: they do not. */
  readonly operator?: boolean
}

/** What failed, for `onError`. */
export interface FailedRequest {
  readonly method: string
  /** The route's pattern, such as `/v1/payments/{id}`: without ids. */
  readonly route: string
}

const callback = <T>(needs: string) => z.custom<T>((value) => typeof value === 'function', needs)

const schema = z.strictObject({
  /** What `createFlorin` gave. */
  florin: z.custom<
    Pick<Florin, 'for' | 'webhooks' | 'health'> & Partial<Pick<Florin, 'consistency' | 'reconciliation'>>
  >(
    (value) => typeof value === 'object' && value !== null && 'for' in value && 'webhooks' in value,
    'must be what createFlorin gave',
  ),
  /**
   * Says for which merchant a request acts, by its headers; null or undefined is answered 401. A `FlorinError` that it throws is answered
   * by its code, anything else with 401, and reported. It must not read the body.
   */
  authorize: callback<(request: Request) => Authorized | null | undefined | Promise<Authorized | null | undefined>>(
    'must be a function: (request) => ({ merchant }) or null',
  ),
  /** Before every path. Default: none. */
  prefix: z
    .string()
    .regex(/^(?:\/[\w.~-]+)*$/, "must be '' or a path without a slash at its end, such as '/pay'")
    .default(''),
  /** What clients put before the paths, for the OpenAPI document. Default: the prefix. */
  publicUrl: z.string().min(1).optional(),
  /** 1 MiB: a checkout of a hundred orders has some 30 kB. Webhooks have a cap of their own, 1 MiB. */
  maxBodyBytes: z.int().min(1_024).max(104_857_600).default(1_048_576),
  /** What a duplicate of a call in flight gets: 409, or the first caller's answer. Default: as `createFlorin` was told. */
  whenInFlight: z.enum(['conflict', 'wait']).optional(),
  /** The `WWW-Authenticate` of a 401. */
  challenge: z
    .string()
    .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII')
    .default('Bearer realm="florin"'),
  /** Shows storage, gateways and load at `/health`, which anybody may ask. */
  healthDetails: z.boolean().default(false),
  /**
   * Takes files of gateways and banks at `POST /v1/reconciliation/runs`, from operators. Default: none; they are then read where they are, by
   * `florin.reconciliation.ingest`.
   */
  reconciliation: z
    .strictObject({
      /** By the names that `format` in the query calls them by: an adapter's, `@florin/bank`'s, or your own. */
      readers: z
        .record(
          z.string().regex(/^[\w.-]{1,64}$/, "must be a name of letters, digits, '_', '.' or '-'"),
          z.custom<StatementReader>(
            (value) => typeof (value as Partial<StatementReader> | null)?.read === 'function',
            'must be a reader of statements, with `format` and `read`',
          ),
        )
        .refine((readers) => Object.keys(readers).length > 0, 'names no format: give a reader, or leave it out'),
      /** 1 GiB: a million lines are some 300 MB of CSV, and three times that of camt.053. */
      maxFileBytes: z.int().min(1).max(1_099_511_627_776).default(1_073_741_824),
      /** Files that are taken in and read at the same time; one more is `overloaded`. 2: each is on disk, and reading is work for one core. */
      maxFilesAtOnce: z.int().min(1).max(64).default(2),
      /** Where files are while they are read. Default: the system's directory for such. */
      directory: z.string().min(1).default(tmpdir),
    })
    .optional(),
  /** Hears of every error whose cause the caller is not told. Default: one process warning, without its message. */
  onError: callback<(error: unknown, request: FailedRequest) => void>('must be a function').optional(),
})

/** What `createHandler` takes. */
export type HandlerOptions = z.input<typeof schema>

/** The options, checked and complete. */
export type ResolvedOptions = Readonly<z.output<typeof schema>>

const MESSAGE_MAX = 300 // names of options that there are not are listed, however many

/** The one gate for options: checked, completed with defaults, frozen. Throws `configuration`. */
export const resolveOptions = (input: unknown): ResolvedOptions => {
  const parsed = schema.safeParse(input)
  if (parsed.success) return Object.freeze(parsed.data)
  const [issue] = parsed.error.issues
  const path = issue?.path.join('.') || 'options'
  throw new FlorinError(
    'configuration',
    `createHandler: ${path}: ${issue?.message.slice(0, MESSAGE_MAX) ?? 'is not valid'}`,
    {
      details: { path },
    },
  )
}
