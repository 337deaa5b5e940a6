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
  /** Everything that was ever sent, for delivering it again. */
  readonly sent: readonly { readonly gateway: string; readonly webhook: ProviderWebhook }[]
  /** Deliveries that have not been acknowledged. */
  readonly open: number
}

interface MailParts {
  readonly time: SimulatedTime
  readonly weather: Weather
  readonly dice: Dice
  readonly deliver: Deliver
}

const AGAIN_MS = [1_000, 5_000, 30_000, 120_000, 600_000] // and then every ten minutes, for as long as it takes
const LATEST_MS = 600_000

export const createMail = ({ time, weather, dice, deliver }: MailParts): Mail => {
  const sent: { gateway: string; webhook: ProviderWebhook }[] = []
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
    repeat: (gateway, webhook) => post(gateway, webhook, 0),
    send(gateway, webhook) {
      sent.push({ gateway, webhook })
      if (webhook.mayBeLost && weather.strikes(['webhook_lost'], gateway) !== undefined) return
      post(gateway, webhook, delay(gateway))
      if (weather.strikes(['webhook_doubled'], gateway) !== undefined) post(gateway, webhook, delay(gateway))
    },
  }
}
