import { expect, test } from 'vitest'
import { isFlorinError } from '../kernel/index.ts'
import { payments, paymentWinners } from '../payments/index.ts'
import { append, type Change, claim, finish, type Guard, post, scheduleOp } from '../records/index.ts'
import { accounts, entries, events, jobs } from '../storage/index.ts'
import { webhookBodies, webhookEvidence, webhookInbox } from '../webhooks/index.ts'
import { memoryStorage } from './memory-storage.ts'

const win = (payment: `pay_${string}`, attempt: `att_${string}` = 'att_1'): Guard =>
  claim(paymentWinners, { merchant: 'm', payment, attempt })

const event = (subject: string, version: number) =>
  append(events, {
    merchant: 'm',
    subject,
    version,
    id: `evt_${subject}_${version}`,
    type: 'test',
    v: 1,
    at: 1,
    data: { nested: { list: [1] } },
    ledger: null,
    digest: new Uint8Array(32),
  })

const inbox = {
  gateway: 'g',
  account: 'a',
  digest: 'd',
  id: 'whd_1',
  size: 3,
  receivedAt: 1,
  state: 'waiting',
  queue: null,
  due: 1,
  tries: 0,
  note: null,
  droppable: null,
  version: 1,
} as const

const evidence = {
  gateway: 'g',
  account: 'a',
  slot: 0,
  id: 'whd_1',
  digest: 'd',
  size: 3,
  receivedAt: 1,
  times: 1,
  note: 'webhook_rejected',
  delivery: new Uint8Array([1, 2, 3]),
  state: 'rejected',
  version: 1,
} as const

const jobRow = { queue: 'q', merchant: 'm', payload: {}, due: 1, token: null, tries: 0 }

const change = (...guards: Guard[]): Change => ({ guards, effects: [] })
const batch = (...changes: Change[]) => ({ id: 'b', at: 1, changes })

const code = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.catch((thrown: unknown) => thrown)
  return isFlorinError(error) ? `${error.code}: ${error.message}` : `not a FlorinError: ${error}`
}

test('what the caller gave and what it was given cannot change what is stored', async () => {
  const storage = memoryStorage()
  const given = { id: 'whd_1', delivery: new Uint8Array([1, 2, 3]), version: 1 } as const
  await storage.commit(batch({ guards: [], effects: [append(webhookBodies, given), event('s', 1)] }))
  given.delivery[0] = 99
  const key = { id: 'whd_1' } as const
  const [row] = await storage.load(webhookBodies, [key])
  expect(row?.delivery).toEqual(new Uint8Array([1, 2, 3]))
  if (row?.delivery) row.delivery[1] = 99
  expect((await storage.load(webhookBodies, [key]))[0]?.delivery).toEqual(new Uint8Array([1, 2, 3]))
  expect(() => Object.assign(row ?? {}, { version: 7 })).toThrow(TypeError)
  const [stored] = await storage.load(events, [{ merchant: 'm', subject: 's', version: 1 }])
  expect(() => Object.assign(stored?.data.nested ?? {}, { more: true })).toThrow(TypeError)
})

test('a row that breaks a check of the catalogue is refused by table and column, with its whole batch', async () => {
  const storage = memoryStorage()
  const broken: readonly [Guard, string][] = [
    [claim(webhookInbox, { ...inbox, state: 'lost' as 'dead' }), 'webhook_inbox.state must be one of waiting'],
    [claim(webhookInbox, { ...inbox, tries: -1 }), 'webhook_inbox.tries may not be below 0'],
    [claim(webhookInbox, { ...inbox, tries: 0.5 }), 'webhook_inbox.tries must be a whole number'],
    [claim(webhookInbox, { ...inbox, gateway: null as unknown as string }), 'webhook_inbox.gateway may not be null'],
    [claim(webhookInbox, { ...inbox, gateway: 'a\0b' }), 'webhook_inbox.gateway must be well-formed text'],
    [claim(webhookInbox, { ...inbox, extra: 1 } as never), 'webhook_inbox.extra is no column'],
    [claim(webhookEvidence, { ...evidence, delivery: 'x' as never }), 'webhook_evidence.delivery must be bytes'],
    [win('ref_1' as 'pay_1'), "payment_winners.payment must be an id that starts with 'pay_'"],
  ]
  for (const [guard, message] of broken) {
    const said = await code(storage.commit(batch(change(win('pay_1')), change(guard))))
    expect(said).toContain(`internal: ${message}`)
  }
  const amount = { merchant: 'm', id: 'pay_9', amount: 2n ** 63n } as never
  expect(await code(storage.commit(batch(change(claim(payments, amount)))))).toMatch(/internal: payments\./)
  expect(await storage.load(paymentWinners, [{ merchant: 'm', payment: 'pay_1' }])).toEqual([undefined])
})

test('json that JSON cannot say exactly is refused', async () => {
  const storage = memoryStorage()
  for (const value of [1n, Number.NaN, new Date(0), () => 1]) {
    const row = { id: 'job_1', queue: 'q', key: 'k', merchant: 'm', payload: { value }, due: 1, token: null, tries: 0 }
    const said = await code(storage.commit(batch({ guards: [], effects: [scheduleOp(row)] })))
    expect(said).toContain('internal: jobs.payload holds a')
  }
})

test('an append under a key that is taken is our bug, and undoes guards, postings and effects alike', async () => {
  const storage = memoryStorage()
  const side = (account: string, side: 'debit' | 'credit') => ({ account, side, floor: null })
  await storage.commit(
    batch({ guards: [], effects: [event('s', 1), scheduleOp({ ...jobRow, id: 'job_1', key: 'first' })] }),
  )
  await storage.lease(['q'], { limit: 1, leaseMs: 10, now: 5, token: 'mine' })
  const posting = { debit: side('a', 'debit'), credit: side('b', 'credit'), amount: 5n, currency: 'EUR' } as const
  const said = await code(
    storage.commit(
      batch({
        guards: [
          win('pay_1'),
          post('m', 't', 1, [{ ...posting, phase: 'posted' }]),
          finish({ id: 'job_1', token: 'mine' }),
        ],
        effects: [scheduleOp({ ...jobRow, id: 'job_2', key: 'second' }), event('t', 1), event('s', 1)],
      }),
    ),
  )
  expect(said).toContain('internal: append to events')
  expect(await storage.load(paymentWinners, [{ merchant: 'm', payment: 'pay_1' }])).toEqual([undefined])
  expect(await storage.load(events, [{ merchant: 'm', subject: 't', version: 1 }])).toEqual([undefined])
  expect((await storage.find(accounts, { index: 'key', equals: {}, limit: 9 })).rows).toEqual([])
  expect((await storage.find(entries, { index: 'key', equals: {}, limit: 9 })).rows).toEqual([])
  expect((await storage.find(jobs, { index: 'due', equals: { queue: 'q' }, limit: 9 })).rows).toMatchObject([
    { id: 'job_1', token: 'mine', due: 15 },
  ])
  expect(await storage.head(0)).toMatchObject({ first: 1, size: 1 })
})
