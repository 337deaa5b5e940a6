import assert from 'node:assert/strict'
import { createFlorin, ephemeralKeys, type Florin, type PaymentView, type Runtime, systemRuntime } from '@florin/core'
import type { Gateway, RawDelivery } from '@florin/core/gateways'
import { memoryStorage } from '@florin/core/memory'
import type { GatewayWorld } from './world.ts'

/** How a provider's webhooks reach the host. */
export const MAIL_MODES = ['prompt', 'lost', 'doubled', 'reversed', 'late'] as const
/** One of them. */
export type MailMode = (typeof MAIL_MODES)[number]

/** Florin with the adapter under test, on a clock that can be moved on. */
export interface FlorinWorld {
  readonly florin: Florin<'tested'>
  /** Hands on what the provider announced meanwhile, as the mode has it. */
  deliver(): Promise<void>
  /** Lets time pass and recovery work until the payment has ended `as` it should, or for about four hours. */
  recover(id: string, as: (view: PaymentView) => boolean): Promise<PaymentView>
  close(): Promise<void>
}

const STEPS = 16
const FIRST_STEP_MS = 16_000
const LONGEST_STEP_MS = 1_800_000
const ATTEMPT_WITHIN_MS = 5_000

/** The system's runtime on a clock that runs ahead by an offset: real sockets, and hours of recovery in milliseconds. */
const movingRuntime = () => {
  let offset = 0
  const runtime: Runtime = systemRuntime({ clock: { now: () => Date.now() + offset } })
  return {
    runtime,
    offset: () => offset,
    advance: (ms: number) => {
      offset += ms
    },
  }
}

/** The adapter as the host's clock sees it: the provider's clock, which signs and keeps deadlines, has not moved on. */
const onProvidersClock = (gateway: Gateway, offset: () => number): Gateway => ({
  ...gateway,
  request: (command) => gateway.request(command),
  read: (response, command) => gateway.read(response, command),
  parse: (body, account) => gateway.parse(body, account),
  verify: (delivery) => gateway.verify({ ...delivery, receivedAt: delivery.receivedAt - offset() }),
  transport: {
    send: (request, context) => gateway.transport.send(request, { ...context, deadline: context.deadline - offset() }),
  },
})

/** Opens Florin over memory on the world's adapter. */
export const openFlorin = async (world: GatewayWorld, mode: MailMode): Promise<FlorinWorld> => {
  const { runtime, offset, advance } = movingRuntime()
  const errors: unknown[] = []
  const florin = await createFlorin({
    storage: memoryStorage(),
    gateways: { tested: onProvidersClock(world.gateway, offset) },
    keys: ephemeralKeys(runtime.random),
    runtime,
    timings: { attemptDeadlineMs: ATTEMPT_WITHIN_MS },
    onError: (error) => void errors.push(error),
  })
  const waiting: RawDelivery[] = []
  let taken = 0
  const hand = async (mail: readonly RawDelivery[]): Promise<void> => {
    for (const delivery of mail) await florin.webhooks.receive({ gateway: 'tested', ...delivery })
  }
  const fetched = async (): Promise<readonly RawDelivery[]> => {
    if (!world.gateway.capabilities.webhooks) return []
    const mail = await world.mailbox.collect()
    const fresh = mail.slice(taken)
    taken = mail.length
    return fresh
  }
  const deliver = async (): Promise<void> => {
    const fresh = await fetched()
    if (mode === 'prompt') return hand(fresh)
    if (mode === 'doubled') return hand(fresh.flatMap((delivery) => [delivery, delivery]))
    if (mode !== 'lost') waiting.push(...fresh)
  }
  const overdue = async (): Promise<void> => {
    const mail = waiting.splice(0)
    await hand(mode === 'reversed' ? mail.reverse() : mail)
  }
  return {
    florin,
    deliver,
    async recover(id, as) {
      let view = await florin.payments.get(id)
      for (let step = 0; step < STEPS; step++) {
        await deliver()
        if (step > 0) await overdue()
        await florin.tick()
        view = await florin.payments.get(id)
        if (as(view) && waiting.length === 0 && step > 1) break
        advance(Math.min(LONGEST_STEP_MS, FIRST_STEP_MS * 2 ** step))
      }
      const { ok, chain, ledger, payments } = await florin.verify()
      const problems = JSON.stringify([chain, ledger, payments]).slice(0, 600)
      assert.ok(ok, `florin.verify() finds problems: ${problems}`)
      return view
    },
    async close() {
      await florin.close()
    },
  }
}
