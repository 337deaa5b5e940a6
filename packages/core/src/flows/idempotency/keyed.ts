import { type IdempotencyRow, idempotencyKeys } from '../../idempotency/index.ts'
import { FlorinError, sameBytes } from '../../kernel/index.ts'
import { claim, type Guard, replace } from '../../records/index.ts'
import { type FlowContext, within } from '../context.ts'

/** One call under an idempotency key. */
export interface Keyed {
  readonly merchant: string
  /** `payments.create`: keys of different operations never meet. */
  readonly operation: string
  readonly key: string
  /** Digest of what the call would do. */
  readonly fingerprint: Uint8Array
  readonly whenInFlight: 'conflict' | 'wait'
}

/** The key row as its claimer knows it, to freeze the result without reading it again. */
export type KeyRow = Pick<IdempotencyRow, 'merchant' | 'operation' | 'key' | 'version'>

/** How long past the caller's deadline the first caller is still presumed to be at work. */
const LEASE_GRACE_MS = 1_000
const POLL_MS = 50

/**
 * The guard that makes this call the first of its key; with `body`, its answer is definitive and frozen at once. `waits`: somebody decides
 * later, and until then a replay shows the payment as it is.
 */
export const claimKey = (
  context: FlowContext,
  keyed: Keyed,
  payment: string,
  body: string | null = null,
  waits = false,
): Guard => {
  const now = context.runtime.clock.now()
  return claim(idempotencyKeys, {
    merchant: keyed.merchant,
    operation: keyed.operation,
    key: keyed.key,
    fingerprint: keyed.fingerprint,
    payment,
    createdAt: now,
    state: body === null ? 'open' : 'done',
    result: body === null ? null : context.sealer.sealBytes(place(keyed), body),
    leaseUntil: waits ? 0 : now + context.timings.callerDeadlineMs + LEASE_GRACE_MS,
    version: 1,
  })
}

const place = (row: Pick<IdempotencyRow, 'merchant' | 'operation' | 'key'>) => ({
  table: 'idempotency_keys',
  column: 'result',
  merchant: row.merchant,
  key: `${row.operation}\n${row.key}`,
})

/** The guard that freezes a definitive answer, byte for byte. */
export const freezeKey = (context: FlowContext, row: KeyRow, body: string): Guard =>
  replace(idempotencyKeys, keyOf(row), row.version, {
    state: 'done',
    result: context.sealer.sealBytes(place(row), body),
    leaseUntil: 0,
    version: row.version + 1,
  })

/** The guard that lets replays show the present state: the first caller has its answer, and it is not definitive. */
export const releaseKey = (row: KeyRow): Guard =>
  replace(idempotencyKeys, keyOf(row), row.version, {
    state: 'open',
    result: null,
    leaseUntil: 0,
    version: row.version + 1,
  })

const keyOf = (row: KeyRow) => ({ merchant: row.merchant, operation: row.operation, key: row.key })

/** The row of an origination, where it can still be frozen. */
export const openKeyRow = async (
  context: FlowContext,
  merchant: string,
  origination: readonly [operation: string, key: string],
): Promise<KeyRow | undefined> => {
  const [operation, key] = origination
  const [row] = await context.storage.load(idempotencyKeys, [{ merchant, operation, key }])
  return row?.state === 'open' ? row : undefined
}

/** What a call with a key that is taken gets: the frozen body, or the payment to show. */
export type Replay = { readonly frozen: string } | { readonly show: string }

/** Reads a key before its operation decides anything: undefined when this call is the first. */
export const findReplay = async (context: FlowContext, keyed: Keyed): Promise<Replay | undefined> => {
  const end = context.runtime.clock.now() + context.timings.callerDeadlineMs + LEASE_GRACE_MS
  for (;;) {
    const row = await loadKey(context, keyed)
    if (row === undefined) return undefined
    const replay = await replayOf(context, keyed, row)
    if (replay !== undefined) return replay
    const now = context.runtime.clock.now()
    if (keyed.whenInFlight === 'conflict' || now >= end) throw inProgress(keyed, row.leaseUntil - now)
    await pause(context, POLL_MS) // the first caller is in another process: its result shows in the row
  }
}

const loadKey = async (context: FlowContext, { merchant, operation, key }: Keyed) => {
  const [row] = await context.storage.load(idempotencyKeys, [{ merchant, operation, key }])
  return row
}

const replayOf = async (context: FlowContext, keyed: Keyed, row: IdempotencyRow): Promise<Replay | undefined> => {
  if (!sameBytes(row.fingerprint, keyed.fingerprint)) throw mismatch(keyed, row.payment)
  if (row.state === 'expired') {
    throw new FlorinError(
      'idempotency_expired',
      `idempotency key '${shown(keyed.key)}' was used for payment ${row.payment}, and its answer is no longer kept: read the payment`,
      { details: { payment: row.payment } },
    )
  }
  if (row.result !== null) return { frozen: await context.sealer.openBytes(place(row), row.result) }
  return row.leaseUntil <= context.runtime.clock.now() ? { show: row.payment } : undefined
}

const pause = (context: FlowContext, ms: number): Promise<void> =>
  new Promise((resolve) => void context.runtime.scheduler.after(ms, resolve))

const shown = (key: string): string => (key.length > 40 ? `${key.slice(0, 40)}…` : key)

const mismatch = (keyed: Keyed, payment: string): FlorinError =>
  new FlorinError(
    'idempotency_mismatch',
    `idempotency key '${shown(keyed.key)}' was used for payment ${payment} with other content: use a new key for a new operation`,
    { details: { payment } },
  )

const inProgress = (keyed: Keyed, waitMs: number): FlorinError =>
  new FlorinError(
    'idempotency_in_progress',
    `a call with idempotency key '${shown(keyed.key)}' is in flight: ask again, or use \`whenInFlight: 'wait'\``,
    { details: { retryAfterMs: Math.max(1_000, Math.min(waitMs, 2_000)) } },
  )

/**
 * Runs the first caller of a key in this process and lets the others share its result or refuses them, so that a burst of duplicates
 * costs one commit. Duplicates in other processes meet the key row.
 */
export const coalesce = async <T>(context: FlowContext, keyed: Keyed, run: () => Promise<T>): Promise<T> => {
  const name = `${keyed.merchant}\0${keyed.operation}\0${keyed.key}\0${Buffer.from(keyed.fingerprint).toString('latin1')}`
  const first = context.atWork.get(name) as Promise<T> | undefined
  if (first !== undefined) {
    if (keyed.whenInFlight === 'conflict') throw inProgress(keyed, 0)
    const shared = await within(context, context.timings.callerDeadlineMs + LEASE_GRACE_MS, first)
    if (shared === undefined) throw inProgress(keyed, 0)
    return shared
  }
  const work = run()
  context.atWork.set(name, work)
  try {
    return await work
  } finally {
    context.atWork.delete(name)
  }
}
