import type { DeliveryView, DeliveryViewState } from '@florin/core'
import type { Gateway, RawDelivery } from '@florin/core/gateways'
import type { SandboxGateway } from '@florin/testkit'
import { sign } from '../src/sandbox/webhooks/sign.ts'
import { SIGNATURE_HEADER } from '../src/sandbox/wire.ts'
import { SECRET, type World, type WorldOptions, world } from './world.ts'

/** A world whose webhooks are collected instead of handed on. */
export interface Listening {
  readonly w: World
  readonly mail: RawDelivery[]
  /** Hands a delivery to Florin. */
  hand(delivery: RawDelivery | undefined): Promise<{ readonly duplicate: boolean; readonly quarantined: boolean }>
  list(state: DeliveryViewState): Promise<readonly DeliveryView[]>
}

export const listening = async (options: WorldOptions = {}): Promise<Listening> => {
  const w = await world(options)
  const mail: RawDelivery[] = []
  w.acquirer.onWebhook((delivery) => void mail.push(delivery))
  return {
    w,
    mail,
    hand: (delivery) => {
      if (delivery === undefined) throw new Error('there is no such webhook')
      return w.run(w.florin.webhooks.receive({ gateway: 'sandbox', ...delivery }))
    },
    list: async (state) => (await w.run(w.florin.webhooks.list({ state, limit: 100 }))).data,
  }
}

/** A payment that only a webhook settles, and that webhook. */
export const awaited = async ({
  w,
  mail,
}: Listening): Promise<{ readonly id: string; readonly delivery: RawDelivery }> => {
  const { id } = await w.pay({ method: { type: 'bank_transfer', token: 'tok_pending' } })
  w.acquirer.settlePending(w.acquirer.books().charges.at(-1)?.id ?? '', 'approve')
  await w.advance(10)
  const delivery = mail.at(-1)
  if (delivery === undefined) throw new Error('no webhook came')
  return { id, delivery }
}

/** Anything, signed by one who knows the secret. */
export const signed = (w: World, body: string | Uint8Array, secret = SECRET): RawDelivery => {
  const bytes = Buffer.from(body)
  const receivedAt = w.runtime.clock.now()
  return {
    account: 'default',
    headers: { [SIGNATURE_HEADER]: sign([secret], receivedAt, bytes) },
    body: new Uint8Array(bytes),
    receivedAt,
  }
}

/** An authentic event with this body beside what makes it one. */
export const event = (w: World, data: object): RawDelivery =>
  signed(w, JSON.stringify({ id: 'evt_x', account: 'default', created_at: w.runtime.clock.now(), data }))

/** A gateway of which some parts are others, for as long as `on` says. */
export const patched =
  (change: (inner: SandboxGateway) => Partial<Gateway>, on: () => boolean = () => true) =>
  (inner: SandboxGateway): Gateway => {
    const changed = { ...inner, ...change(inner) }
    const current = (): Gateway => (on() ? changed : inner)
    return {
      ...inner,
      verify: (delivery) => current().verify(delivery),
      parse: (body, account) => current().parse(body, account),
    }
  }
