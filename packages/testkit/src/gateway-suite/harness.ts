import type { CommandMethod, DeclineClass, DisputeCommand, Gateway, RawDelivery, Target } from '@florin/core/gateways'
import type { ExchangeReport } from '@florin/transport'
import type { ProviderDouble } from '../provider/index.ts'
import type { GatewayCaseName } from './catalogue/gateway-cases.ts'

/** Methods of the double that end in a known way. Every token must end so each time, as often as it is used. */
export interface HarnessMethods {
  /** Approved without the buyer doing anything; by a webhook later, where the gateway works so. The richest method: usually a card. */
  readonly approved: CommandMethod
  /** One for each class of declines that the provider can be made to give. */
  readonly declined: readonly { readonly method: CommandMethod; readonly class: DeclineClass }[]
  /** Waits for the buyer (3-D Secure) and is approved once `provider.answerChallenge` confirms it. */
  readonly challenge?: CommandMethod
  /** What a buyer brings back, in form: for looking at completions that are never sent. Default: `{ result: 'florin' }`. */
  readonly broughtBack?: Readonly<Record<string, string>>
  /** Further methods that end approved, of other types than `approved`: each is charged once. */
  readonly others?: readonly CommandMethod[]
  /** Sends the buyer to a page, and takes the money at once: iDEAL and its like. It can hold nothing. */
  readonly redirect?: CommandMethod
}

/** A capture or refund that succeeded. */
export interface Done {
  readonly attempt: string
  readonly gatewayId: string
  readonly charge: Target & { readonly gatewayId: string }
}

/** What a provider, or a bank behind it, decides against an operation later. Where it never does, the hook is left out. */
export interface HarnessLater<P extends ProviderDouble = ProviderDouble> {
  /**
   * Sees to it that the next capture is accepted, and then refused. Gives the method to charge with, or null for the approved one. Called
   * before the charge.
   */
  captureRefused?(provider: P): CommandMethod | null
  /** The same for the next refund. */
  refundRefused?(provider: P): CommandMethod | null
  /** Takes back a capture that succeeded. */
  captureFails?(provider: P, done: Done): void
  /** Takes back a refund that succeeded: it failed after all, or came back. */
  refundFails?(provider: P, done: Done): void
}

/** How the double makes disputes. Left out for a gateway without `disputes`: it has them answered in its dashboard. */
export interface HarnessDisputes<P extends ProviderDouble = ProviderDouble> {
  /** The buyer's bank takes `amount` of a captured charge back, at once. Gives the dispute's id, as the gateway calls it. */
  open(provider: P, charge: Target & { readonly gatewayId: string }, amount: bigint): string
  /** It only asks. */
  inquire?(provider: P, charge: Target & { readonly gatewayId: string }): string
  /** The bank decides. */
  decide(provider: P, dispute: string, how: 'won' | 'lost'): void
  /** Evidence that the gateway takes for such a dispute. */
  readonly evidence: Pick<DisputeCommand, 'texts' | 'files'>
}

/**
 * What an adapter's author gives the suite. Every case opens a double of its own, and closes it. Every gateway is made for one case,
 * with transports of its own, and is closed by the suite.
 */
export interface GatewayHarness<P extends ProviderDouble = ProviderDouble> {
  readonly name: string
  /** A fresh double without charges. */
  open(): Promise<P>
  /**
   * The adapter under test, configured with the double's credentials and webhook secret. `baseUrl` is `provider.url` with another
   * host and port: the suite's fault proxy stands in between.
   */
  gateway(provider: P, baseUrl: string): Gateway
  /** The same account, configured otherwise. A case is skipped where its variant is missing. */
  readonly variants?: {
    /** With a credential that the provider does not accept. */
    wrongCredential?(provider: P, baseUrl: string): Gateway
    /** Without a webhook secret. */
    withoutSecret?(provider: P, baseUrl: string): Gateway
    /** During a rotation: a new webhook secret first, the double's beside it. */
    rotating?(provider: P, baseUrl: string): Gateway
    /** With a transport that reports to `onExchange`, as httpTransport of @florin/transport does. */
    observed?(provider: P, baseUrl: string, onExchange: (report: ExchangeReport) => void): Gateway
  }
  /** Deliveries that only the author can sign. A case is skipped where its delivery is missing. */
  readonly deliveries?: {
    /** Authentic, and about another account (or live mode where ours is test). */
    foreign?(provider: P): RawDelivery | Promise<RawDelivery>
    /** Authentic, of a kind of event that the adapter does not know. */
    unheardOf?(provider: P): RawDelivery | Promise<RawDelivery>
  }
  readonly methods: HarnessMethods
  /** What is decided against captures and refunds after they were accepted, or succeeded. */
  readonly later?: HarnessLater<P>
  /** Every status by which the provider says that a charge holds nothing, and never will: declined, canceled, expired … */
  readonly endedStatuses?: readonly string[]
  /** Chargebacks and inquiries. */
  readonly disputes?: HarnessDisputes<P>
  /** What most cases charge in. */
  readonly currency: string
  /** Minor units that most cases charge. Default: 10,000. */
  readonly amount?: bigint
  /** Where the buyer comes back to. */
  readonly returnUrl: string
  /** Every secret that the gateways are configured with: API keys, webhook secrets, passwords. They must appear nowhere. */
  readonly secrets: readonly string[]
  /** Cases that the provider makes impossible, each with the reason, which is shown wherever the suite is. */
  readonly skips?: Readonly<Partial<Record<GatewayCaseName, string>>>
}

/** One behaviour that every gateway shares. */
export interface GatewayCase {
  readonly name: GatewayCaseName
  /** The behaviour, in one sentence. */
  readonly says: string
  /** Why this case cannot run with the harness, or undefined when it can. */
  skip(harness: GatewayHarness): string | undefined
  /** Resolves if the gateway behaves so; rejects with an error that names the rule, what was seen, and what to do. */
  run(harness: GatewayHarness): Promise<void>
}
