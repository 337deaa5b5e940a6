import type { Dice } from '../engine/dice.ts'
import type { SimulatedTime } from '../engine/time.ts'
import type { ProviderWebhook } from './provider.ts'
import type { Weather } from './weather.ts'

/** Takes one delivery: resolves once it is acknowledged, rejects where the provider has to send it again. */
export type Deliver = (gateway: string, webhook: ProviderWebhook) => Promise<void>

/** Delivers providers' webhooks: late, in any order, doubled or lost, and again until they are acknowledged. */
export interface Mail {
  send(gateway: string, webhook: ProviderWebhook): void
  /** Delivers one now that was sent before. */
  repeat(gateway: string, webhook: ProviderWebhook): void
  /** What was held back until now is on its way. */
  release(): void
  /** Everything that was ever sent, for delivering it again. */
  readonly sent: readonly { readonly gateway: string; readonly webhook: ProviderWebhook }[]
  /** Deliveries that have not been acknowledged. */
  readonly open: number
}

/** What becomes of webhooks until `release`: they go out, or are kept back, and then go out as they came or in any order, doubled and lost. */
export type MailOrder = 'live' | 'in_order' | 'any_order'

interface MailParts {
  readonly order: MailOrder
  readonly time: SimulatedTime
  readonly weather: Weather
  readonly dice: Dice
  readonly deliver: Deliver
}

const AGAIN_MS = [1_000, 5_000, 30_000, 120_000, 600_000] // and then every ten minutes, for as long as it takes
const LATEST_MS = 600_000
const SPACE_MS = 40

export const createMail = ({ time, weather, dice, deliver, order }: MailParts): Mail => {
  const sent: { gateway: string; webhook: ProviderWebhook }[] = []
  const held: { gateway: string; webhook: ProviderWebhook }[] = []
  let holding = order !== 'live'
  let open = 0
  const attempt = (gateway: string, webhook: ProviderWebhook, tries: number): void => {
    deliver(gateway, webhook).then(
      () => {
        open -= 1
      },
      () => {
        const ms = AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)] ?? 0
        time.after(ms + dice.below(500), () => attempt(gateway, webhook, tries + 1))
      },
    )
  }
  const post = (gateway: string, webhook: ProviderWebhook, delayMs: number): void => {
    open += 1
    time.after(delayMs, () => attempt(gateway, webhook, 0))
  }
  const delay = (gateway: string): number =>
    weather.strikes(['webhook_late'], gateway) === undefined ? dice.below(400) : dice.below(LATEST_MS)
  return {
    sent,
    get open() {
      return open
    },
    release() {
      holding = false
      for (const [index, { gateway, webhook }] of held.entries()) {
        if (order === 'in_order') {
          post(gateway, webhook, index * SPACE_MS)
          continue
        }
        if (webhook.mayBeLost && dice.chance(15)) continue
        for (let copy = dice.chance(25) ? 2 : 1; copy > 0; copy -= 1)
          post(gateway, webhook, dice.below(held.length * SPACE_MS))
      }
    },
    repeat: (gateway, webhook) => post(gateway, webhook, 0),
    send(gateway, webhook) {
      sent.push({ gateway, webhook })
      if (holding) return void held.push({ gateway, webhook })
      if (webhook.mayBeLost && weather.strikes(['webhook_lost'], gateway) !== undefined) return
      post(gateway, webhook, delay(gateway))
      if (weather.strikes(['webhook_doubled'], gateway) !== undefined) post(gateway, webhook, delay(gateway))
    },
  }
}
