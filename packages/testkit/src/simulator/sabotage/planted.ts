import type { Decline, Gateway, GatewayRequest } from '@florin/core/gateways'
import type { Batch, Storage } from '@florin/core/storage'
import { CANARY_PAN } from '../workload/canary.ts'
import { tableOf } from '../world/rows.ts'
import type { Sabotage, SabotageWorld } from './sabotage.ts'
import { blindStorage, committedAll, reading, rewriting, sending, storageWith, tableOfOp } from './wrappers.ts'

const KEY = 'idempotency-key'
const isCharge = (kind: string): boolean => kind === 'authorize' || kind === 'sale'

/** Says that a batch is durable, and makes it so a while later. */
const behind = (inner: Storage, world: SabotageWorld, delayed: (batch: Batch) => boolean): Storage =>
  storageWith(inner, {
    commit: async (batch) => {
      if (!delayed(batch)) return inner.commit(batch)
      world.after(2_000, () => void inner.commit(batch).catch(() => {}))
      return committedAll(batch)
    },
  })

const writes = (batch: Batch, table: string, op: string): boolean =>
  batch.changes.some(({ guards, effects }) =>
    [...guards, ...effects].some((one) => tableOfOp(one) === table && one.op === op),
  )

/** Payments in which nothing is reserved while a capture is on its way. */
const unreserved = (inner: Storage): Storage =>
  rewriting(inner, (op) =>
    op.op === 'replace' && op.table.name === 'payments' ? { ...op, set: { ...op.set, capturePending: 0n } } : op,
  )

/** Answers cancels by itself, and lets none through. */
const swallowingCancels = (inner: Gateway): Gateway => ({
  ...reading(inner, (answer, { kind, attempt }) =>
    kind === 'cancel' ? { effect: 'applied', gatewayId: `planted_${attempt}` } : answer,
  ),
  transport: {
    send: (request, context) =>
      request.path.endsWith('/cancel')
        ? Promise.resolve({ outcome: 'answered', response: { status: 200, headers: {}, body: '{}' } })
        : inner.transport.send(request, context),
  },
})

/** Now and then puts an attempt back to what it was, as a stale cache would. */
const stale = (inner: Storage, world: SabotageWorld): Storage =>
  storageWith(inner, {
    commit: async (batch) => {
      const outcomes = await inner.commit(batch)
      for (const op of batch.changes.flatMap((one) => one.guards)) {
        if (op.op !== 'replace' || op.table.name !== 'attempts' || op.set.state !== 'applied' || !world.dice.chance(20))
          continue
        const version = Number(op.set.version)
        const back = { ...op, expect: version, set: { ...op.set, state: 'sent', version: version + 1 } }
        await inner.commit({ ...batch, id: `${batch.id}x`, changes: [{ guards: [back], effects: [] }] })
      }
      return outcomes
    },
  })

/** Forgets idempotency keys: none is found, and none is ever taken. */
const forgetfulOfKeys = (inner: Storage): Storage => {
  let claims = 0
  const table = tableOf('idempotency_keys')
  const forgetting = rewriting(inner, (op) => {
    if (tableOfOp(op) !== table.name) return op
    if (op.op === 'replace') return null
    claims += 1
    return op.op === 'claim' ? { ...op, row: { ...op.row, key: `${String(op.row.key)} ${claims}` } } : op
  })
  return storageWith(forgetting, {
    load: async (which, keys) => (which.name === table.name ? keys.map(() => undefined) : inner.load(which, keys)),
  })
}

const withKey = (request: GatewayRequest, more: string): GatewayRequest => {
  const key = request.headers[KEY]
  return key === undefined ? request : { ...request, headers: { ...request.headers, [KEY]: `${key}${more}` } }
}

const withBody = (request: GatewayRequest, change: (body: Record<string, unknown>) => void): GatewayRequest => {
  if (request.body === null) return request
  const body = JSON.parse(request.body) as Record<string, unknown>
  change(body)
  return { ...request, body: JSON.stringify(body) }
}

const REFUSED: Decline = {
  class: 'hard',
  code: 'planted',
  message: 'The payment was declined.',
  gatewayCode: null,
  networkAdvice: null,
} as unknown as Decline

/** Takes every line of a file for one that nobody has read. */
const forgetfulOfLines = (inner: Storage): Storage => {
  let claims = 0
  const table = tableOf('statement_lines')
  return storageWith(
    rewriting(inner, (op) => {
      if (op.op !== 'claim' || tableOfOp(op) !== table.name) return op
      claims += 1
      return { ...op, row: { ...op.row, id: `${op.row.id} ${claims}`, settles: `${op.row.settles} ${claims}` } }
    }),
    { find: async (which, query) => (which.name === table.name ? { rows: [] } : inner.find(which, query)) },
  )
}

/** A planted bug for each invariant: what it is, and how it is planted. */
export interface Planted extends Sabotage {
  readonly what: string
  /** It is found within so many seeds, from `from` on (default 1), every `step`th (default 1): where it shows only in some kinds of worlds. */
  readonly within: { readonly seeds: number; readonly from?: number; readonly step?: number }
}

/** For each of the twenty, by name, a bug that breaks it. */
export const PLANTED = {
  captured_alike: {
    what: 'an adapter that reads a captured amount one unit short',
    within: { seeds: 3 },
    gateway: (inner) =>
      reading(inner, (answer, command) =>
        answer.effect === 'applied' && command.kind === 'capture' && command.amount > 1n
          ? { ...answer, amount: (answer.amount ?? command.amount) - 1n }
          : answer,
      ),
  },
  one_net_capture: {
    what: 'a transport that gives every sending an idempotency key of its own',
    within: { seeds: 20, from: 45 },
    gateway: (inner, { dice }) => sending(inner, (request) => withKey(request, `-${dice.below(1_000_000)}`)),
  },
  only_the_winner_is_captured: {
    what: 'an account that captures every authorisation by itself',
    within: { seeds: 10 },
    gateway: (inner) =>
      sending(inner, (request) =>
        withBody(request, (body) => {
          if (body.capture === 'manual') body.capture = 'automatic'
        }),
      ),
  },
  orphans_are_voided: {
    what: 'a sweep that finds no duty to reverse',
    within: { seeds: 12 },
    storage: (inner) => blindStorage(inner, 'obligations', 'queue'),
  },
  duties_end_by_proof: {
    what: 'an adapter that sends no cancel and says that it was done',
    within: { seeds: 12 },
    gateway: (inner) => swallowingCancels(inner),
  },
  one_key_one_result: {
    what: 'a storage that forgets idempotency keys',
    within: { seeds: 40 },
    storage: forgetfulOfKeys,
  },
  the_ledger_balances: {
    what: 'a ledger that loses the last posting of a transaction',
    within: { seeds: 3 },
    storage: (inner) =>
      rewriting(inner, (op) =>
        op.op === 'post' && op.postings.length > 1 ? { ...op, postings: op.postings.slice(0, -1) } : op,
      ),
  },
  within_what_was_taken: {
    what: 'a storage that reserves nothing for captures on their way',
    within: { seeds: 6 },
    storage: unreserved,
  },
  intent_before_request: {
    what: 'a storage that says durable before it is, of new attempts',
    within: { seeds: 3 },
    storage: (inner, world) => behind(inner, world, (batch) => writes(batch, 'attempts', 'append')),
  },
  one_key_one_content: {
    what: 'a transport that says in the body that it sends again',
    within: { seeds: 30 },
    gateway: (inner) => {
      const seen = new Set<string>()
      return sending(inner, (request) => {
        const key = request.headers[KEY]
        if (key === undefined || !seen.has(key)) {
          seen.add(key ?? '')
          return request
        }
        return withBody(request, (body) => {
          body.again = true
        })
      })
    },
  },
  facts_are_kept: { what: 'a cache that writes an old state of an attempt back', within: { seeds: 3 }, storage: stale },
  nothing_is_kept_for_nothing: {
    what: 'an adapter that takes what it does not understand for a decline',
    within: { seeds: 20, from: 11 },
    gateway: (inner) => ({
      ...reading(inner, (answer, command) =>
        answer.effect === 'unknown' && isCharge(command.kind) ? { effect: 'rejected', decline: REFUSED } : answer,
      ),
      parse: () => [],
    }),
  },
  success_stays: {
    what: 'a storage that says durable before it is, of what became of attempts',
    within: { seeds: 3 },
    storage: (inner, world) => behind(inner, world, (batch) => writes(batch, 'attempts', 'replace')),
  },
  nothing_is_stuck: {
    what: 'a sweep that finds no attempt',
    within: { seeds: 25 },
    storage: (inner) => blindStorage(inner, 'attempts', 'queue'),
  },
  webhooks_commute: {
    what: 'an adapter that believes in no capture once it has heard of a later act',
    within: { seeds: 10, from: 5, step: 12 },
    gateway: (inner) => {
      const past = new Set<string>()
      return {
        ...inner,
        parse: (body, account) =>
          inner.parse(body, account).filter(({ of, parentGatewayId }) => {
            if (of !== 'capture' && parentGatewayId !== null) past.add(parentGatewayId)
            return of !== 'capture' || !past.has(parentGatewayId ?? '')
          }),
      }
    },
  },
  the_chain_verifies: {
    what: 'a storage that loses an event now and then',
    within: { seeds: 3 },
    storage: (inner, { dice }) =>
      rewriting(inner, (op) => (op.op === 'append' && tableOfOp(op) === 'events' && dice.chance(3) ? null : op)),
  },
  scheme_caps: {
    what: 'a storage that finds no earlier try of a card',
    within: { seeds: 2, from: 7, step: 40 },
    storage: (inner) => blindStorage(inner, 'attempts', 'method'),
  },
  no_card_number: {
    what: 'an adapter that repeats the whole card number in a decline',
    within: { seeds: 5 },
    gateway: (inner) =>
      reading(inner, (answer) =>
        answer.effect === 'rejected'
          ? { ...answer, decline: { ...answer.decline, gatewayCode: `refused ${CANARY_PAN}` } }
          : answer,
      ),
  },
  same_seed_same_run: {
    what: 'a transport that writes the machine’s own time into its requests',
    within: { seeds: 2 },
    gateway: (inner) =>
      sending(inner, (request) => ({ ...request, headers: { ...request.headers, 'x-sent': `${performance.now()}` } })),
  },
  files_are_reconciled: {
    what: 'a storage that forgets which lines of files were read',
    within: { seeds: 12 },
    storage: forgetfulOfLines,
  },
} as const satisfies Readonly<Record<string, Planted>>
