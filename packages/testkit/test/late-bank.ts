import { createFlorin, ephemeralKeys, type Florin, type FlorinOptions, type PaymentView } from '@florin/core'
import type { Answer, Capabilities, Command, Gateway, GatewayFact, MutatingKind } from '@florin/core/gateways'
import { memoryStorage } from '@florin/core/memory'
import type { Storage } from '@florin/core/storage'
import { type Acquirer, createAcquirer, type FakeRuntime, fakeRuntime, sandbox } from '@florin/testkit'
import { type ObligationCells, rows } from './rows.ts'
import { scripted } from './scripted.ts'
import { ONE_TRY, runOn, SECRET } from './world.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** What a bank of the test says: to every command, whatever the test wants by then. */
export type Says = (command: Command) => Answer

/** What its webhooks say of a command, by its attempt. */
export interface Told {
  readonly attempt: string
  readonly of: MutatingKind
  readonly answer: GatewayFact['answer']
  readonly gatewayId?: string
  /** By the bank's clock. */
  readonly at?: number | null
}

/** Florin before a scripted bank that is asked first, and a sandbox acquirer that is asked next. */
export interface LateBank {
  readonly florin: Florin<'bank' | 'second'>
  readonly runtime: FakeRuntime
  readonly inner: Storage
  readonly second: Acquirer
  readonly errors: unknown[]
  run<T>(work: Promise<T>): Promise<T>
  pay(input?: { readonly reference?: string; readonly token?: string }): Promise<PaymentView>
  /** A webhook of the bank. */
  tell(told: Told): Promise<void>
  /** Lets time pass, and recovery work. */
  pass(ms: number, turns?: number): Promise<void>
  tick(): Promise<void>
  /** How many commands of this kind the bank was sent. */
  sends(kind: string): number
  /** The bodies of those. */
  bodies(kind: string): readonly Record<string, unknown>[]
  duty(): Promise<ObligationCells & { readonly due: number | null; readonly sureFrom: number }>
  duties(): Promise<readonly (ObligationCells & { readonly due: number | null; readonly sureFrom: number })[]>
  story(id: string): Promise<readonly string[]>
  charges(id: string): Promise<readonly string[]>
}

const IN_ORDER = { rules: [{ id: 'in-order', use: ['bank', 'second'] }] } as const

interface Cells {
  readonly id: string
  readonly payment: string
  readonly kind: string
  readonly gateway: string
  readonly state: string
}

const isCharge = ({ kind }: Cells): boolean => kind === 'authorize' || kind === 'sale'

/** Such a world. The bank has no lookup and sends webhooks, unless the test says otherwise. */
export const lateBank = async (
  says: Says,
  more: {
    readonly capabilities?: Partial<Capabilities>
    readonly options?: Partial<Pick<FlorinOptions, 'failover' | 'resilience' | 'timings'>>
    readonly storage?: Storage
  } = {},
): Promise<LateBank> => {
  const runtime = fakeRuntime({ seed: 1 })
  const { clock, scheduler, random } = runtime
  const run = <T>(work: Promise<T>): Promise<T> => runOn(runtime, work)
  const second = createAcquirer({ clock, scheduler, webhookSecret: SECRET, random })
  const { gateway, sent } = scripted(says, {
    capabilities: { lookupBy: [], webhooks: true, reports: true, absenceAfterMs: 14 * DAY_MS, ...more.capabilities },
  })
  const bank: Gateway = { ...gateway, name: 'bank', parse: (body) => [JSON.parse(Buffer.from(body).toString())] }
  const inner = more.storage ?? memoryStorage()
  const errors: unknown[] = []
  const florin = await run(
    createFlorin({
      storage: inner,
      keys: ephemeralKeys(random),
      runtime,
      resilience: ONE_TRY,
      routing: IN_ORDER,
      failover: { onUnknown: true },
      onError: (error: unknown) => void errors.push(error),
      ...more.options,
      gateways: { bank, second: sandbox({ acquirer: second, scheduler }) },
    }),
  )
  const duties: LateBank['duties'] = () => rows(inner, 'obligations')
  const attemptsOf = async (id: string) => (await rows<Cells>(inner, 'attempts')).filter((one) => one.payment === id)
  const tick = async (): Promise<void> => void (await run(florin.tick()))
  let references = 0
  return {
    ...{ florin, runtime, inner, second, errors, run, duties, tick },
    pay: ({ reference, token = 'tok_approve' } = {}) => {
      references += 1
      const method = { type: 'card', tokens: { bank: 'tok_bank', second: token } } as const
      const order = { reference: reference ?? `late-${references}`, amount: '100.00', currency: 'EUR', method }
      return run(florin.payments.create(order))
    },
    async tell({ attempt, of, answer, gatewayId = `bank_${attempt}`, at = null }) {
      const fact = {
        attempt,
        of,
        gatewayId,
        parentGatewayId: null,
        amount: null,
        currency: null,
        occurredAt: at,
        answer,
      }
      const body = Buffer.from(JSON.stringify(fact))
      await run(florin.webhooks.receive({ gateway: 'bank', account: 'default', headers: {}, body }))
      await scheduler.advance(10)
    },
    async pass(ms, turns = 1) {
      for (let turn = 0; turn < turns; turn++) {
        await scheduler.advance(ms)
        await tick()
      }
    },
    sends: (kind) => sent.filter((one) => one.bytes.startsWith(`/${kind} `)).length,
    bodies: (kind) =>
      sent
        .filter((one) => one.bytes.startsWith(`/${kind} `))
        .map((one) => JSON.parse(one.bytes.slice(kind.length + 2))),
    async duty() {
      const [only, ...others] = await duties()
      if (only === undefined || others.length > 0) throw new Error(`there are ${others.length + 1} duties`)
      return only
    },
    story: async (id) => (await run(florin.payments.timeline(id))).entries.map(({ type }) => type),
    charges: async (id) => (await attemptsOf(id)).filter(isCharge).map((one) => `${one.gateway} ${one.state}`),
  }
}
