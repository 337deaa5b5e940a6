import type { Id } from '../kernel/index.ts'
import type { GatewayRequest, GatewayResponse } from './answer.ts'

/** How far a buyer's bank has gone: a question without money, a chargeback, and the second round before the scheme arbitrates. */
export const DISPUTE_STAGES = ['inquiry', 'chargeback', 'pre_arbitration'] as const
/** One stage of a dispute. */
export type DisputeStage = (typeof DISPUTE_STAGES)[number]

/** What a gateway reports of a dispute. `withdrawn` and `reinstated` are about its money; the others about who has to act, or won. */
export const DISPUTE_REPORTS = [
  'opened',
  'withdrawn',
  'under_review',
  'reinstated',
  'won',
  'lost',
  'accepted',
  'expired',
] as const
/** One report about a dispute. */
export type DisputeReport = (typeof DISPUTE_REPORTS)[number]

/**
 * What an authentic webhook says about a dispute. Facts come in any order and more than once; the later one by `occurredAt` holds. It is
 * the gateway's to say, so it posts whatever it leaves behind (FAILURES 2.20).
 */
export interface DisputeFact {
  /** The dispute, by the gateway's own id: one through all its stages where the gateway has one, else one a stage. */
  readonly dispute: string
  readonly report: DisputeReport
  readonly stage: DisputeStage
  /** The charge's attempt, by the reference that we gave; null where the gateway does not repeat it. */
  readonly attempt: string | null
  /** The charge, or its capture, by the gateway's id. */
  readonly charge: string | null
  /** Minor units in dispute; null where this report does not tell. */
  readonly amount: bigint | null
  readonly currency: string | null
  /** What the gateway charges for the dispute, where this report tells it. */
  readonly fee: bigint | null
  /** Why, by the network's code, and in the gateway's words. */
  readonly reason: { readonly code: string | null; readonly text: string | null } | null
  readonly network: string | null
  /** Until when evidence is taken. */
  readonly evidenceDueAt: number | null
  readonly occurredAt: number | null
}

/** A file that is evidence: a receipt, a delivery note. At most what the gateway takes, see `DisputePort.files`. */
export interface EvidenceFile {
  readonly kind: string
  readonly name: string
  readonly contentType: 'application/pdf' | 'image/jpeg' | 'image/png'
  readonly bytes: Uint8Array
}

/** Gives up a dispute, or sends what speaks against it. Neither moves money by itself: the gateway reports what comes of it. */
export interface DisputeCommand {
  readonly kind: 'accept_dispute' | 'submit_evidence'
  /** Our id of this act: the idempotency key, where the gateway has such. */
  readonly key: string
  readonly account: string
  readonly dispute: string
  readonly id: Id<'dis'>
  readonly amount: bigint
  readonly currency: string
  /** The network's reason, which decides what evidence some gateways ask for. */
  readonly reasonCode: string | null
  /** By the names in `DisputePort.texts`. Empty for `accept_dispute`. */
  readonly texts: Readonly<Record<string, string>>
  readonly files: readonly EvidenceFile[]
}

/**
 * How the gateway took it. Both acts may be sent again under the same key. `next` is a further request of the same act (a file is sent
 * before the evidence that names it), committed before it is sent; its answer is read with `step` one higher. What it is to `keep` (a file's
 * id) is committed with it, and given to every later reading.
 */
export type DisputeAnswer =
  | { readonly effect: 'applied' }
  | { readonly effect: 'rejected'; readonly code: string; readonly message: string }
  | {
      readonly effect: 'next'
      readonly request: GatewayRequest
      readonly keep?: Readonly<Record<string, string>> | undefined
    }
  | { readonly effect: 'unknown'; readonly reason: string; readonly retryAfterMs?: number | undefined }

/** What a gateway can do about disputes. A gateway without it has its disputes answered in its dashboard; their facts post all the same. */
export interface DisputePort {
  /** Names of texts that it takes as evidence, in Florin's words: `customer_email`, `shipping_tracking`, `explanation` … */
  readonly texts: readonly string[]
  /** Kinds of files that it takes, and how large they may be together; null: it takes none. */
  readonly files: { readonly kinds: readonly string[]; readonly maxBytes: number } | null
  readonly accept: boolean
  /** Pure: the first request of an act. Throws `invalid_request` for what the gateway cannot express. */
  request(command: DisputeCommand): GatewayRequest
  /** Pure: reads the answer to the request of this step, 0 for the first. `kept`: what the steps before it kept, by name. */
  read(
    response: GatewayResponse,
    command: DisputeCommand,
    step: number,
    kept: Readonly<Record<string, string>>,
  ): DisputeAnswer
  /** Pure: what a verified webhook says about disputes; none is an answer too. */
  parse(body: Uint8Array, account: string): readonly DisputeFact[]
}
