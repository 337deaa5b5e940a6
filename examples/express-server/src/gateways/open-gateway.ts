import type { Gateway } from '@florin/core/gateways'
import type { TestCard } from '../shop/cards.ts'

/** A gateway that the example sells through, ready to be wired. */
export interface OpenGateway {
  readonly name: string
  readonly gateway: Gateway
  /** Where it is, for the person at the terminal. */
  readonly url: string
  /** Where its webhooks are to be sent, by the person at the terminal; null where they come by themselves. */
  readonly webhooks: string | null
  /** Whether it tells, as it is configured, what became of a charge that was taken back: without that nothing should be left behind there. */
  readonly provesReversals: boolean
  /** What the page offers. */
  readonly cards: readonly TestCard[]
  /** Something that the person at the terminal should know; null mostly. */
  readonly notice: string | null
  close(): Promise<void>
}
