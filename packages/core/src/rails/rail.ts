import type { GatewayRequest, GatewayResponse, Transport } from '../gateways/index.ts'
import type { Id } from '../kernel/index.ts'

/** Who gets the money. Personal: kept sealed. */
export interface Beneficiary {
  readonly name: string
  /** Plain: without spaces, in capitals, checked. */
  readonly iban: string
  readonly bic: string | null
}

/** One payout as a rail carries it. */
export interface PayoutInstruction {
  /** Our reference at the rail and, as far as its format allows, what the bank's statement repeats. */
  readonly payout: Id<'pot'>
  /** Minor units, above zero. */
  readonly amount: bigint
  readonly currency: string
  readonly beneficiary: Beneficiary
  /** What the beneficiary reads. */
  readonly text: string
  /** The day on which it is wanted, `YYYY-MM-DD`; null: as soon as can be. */
  readonly executeOn: string | null
}

/** What a call at a rail is for. `pay` may be sent again under its key, which is the payout's id, as the same bytes. */
export type RailCommand =
  | { readonly kind: 'pay'; readonly instruction: PayoutInstruction }
  | { readonly kind: 'lookup'; readonly payout: Id<'pot'>; readonly railId: string | null }

/**
 * What a rail says of a payout. `unknown` is the default: everything else needs the rail's documentation. `absent` answers a lookup only,
 * and proves nothing before `absenceAfterMs`.
 */
export type RailAnswer =
  | { readonly effect: 'accepted'; readonly railId: string }
  /** The money has left our account, for certain. */
  | { readonly effect: 'paid'; readonly railId: string }
  /** It was not paid and never will be. */
  | { readonly effect: 'rejected'; readonly code: string; readonly message: string }
  /** It was paid, and came back. */
  | { readonly effect: 'returned'; readonly railId: string; readonly code: string; readonly message: string }
  | { readonly effect: 'unknown'; readonly reason: string }
  | { readonly effect: 'absent' }

/** What every rail says of itself. */
interface Rail {
  /** Its kind, for messages: `sandbox`, `sepa`. */
  readonly name: string
  /** The bank account from which it pays, by the name that the ledger has for it. */
  readonly bank: string
  /** ISO 4217 codes. */
  readonly currencies: readonly string[]
  /** Refuses, with `invalid_request`, what it cannot carry; asked before a payout is ordered. Pure. */
  check(instruction: PayoutInstruction): void
}

/** A rail that is an API: one call a payout. Like a gateway's adapter it does no I/O of its own. */
export interface ApiRail extends Rail {
  readonly kind: 'api'
  /** Whether it can be asked about a payout by our reference. */
  readonly lookup: boolean
  /** How long it remembers the key of a call. Zero: nothing may be sent twice. */
  readonly keyRetentionMs: number
  /** After this long its documented not-found proves that a request never took effect. */
  readonly absenceAfterMs: number
  /** For how long after a payment it is asked whether the money came back. Zero: only bank statements tell. */
  readonly returnsWithinMs: number
  /** Pure and deterministic. */
  request(command: RailCommand): GatewayRequest
  /** Pure. Anything that it does not recognise is `unknown`. */
  read(response: GatewayResponse, command: RailCommand): RailAnswer
  readonly transport: Transport
}

/** Instructions that are executed on one day, and that the bank may book as one. */
export interface RailBatch {
  /** Names the batch at the bank; at most 35 characters, of letters, digits and `-`. */
  readonly id: string
  /** `YYYY-MM-DD` */
  readonly executeOn: string
  /** Never empty. */
  readonly instructions: readonly PayoutInstruction[]
}

/** Instructions that go out as one file. */
export interface RailOrders {
  readonly file: Id<'pof'>
  readonly createdAt: number
  /** By day, the earliest first. */
  readonly batches: readonly RailBatch[]
}

/** A file as it is given out. */
export interface RailFile {
  readonly name: string
  readonly contentType: string
  readonly body: string
}

/** A rail that is a file: instructions are collected, and a person or a program takes the file to the bank. */
export interface FileRail extends Rail {
  readonly kind: 'file'
  /** Instructions a file; at most 1,000 are ever put into one. */
  readonly most: number
  /**
   * The day on which the bank executes what is handed to it at this instant and wanted on that day (null: as soon as can be),
   * `YYYY-MM-DD`: cutoffs and holidays are the rail's. Pure.
   */
  executionDay(now: number, wanted: string | null): string
  /** Pure and deterministic: the same orders give the same bytes. */
  write(orders: RailOrders): RailFile
}

/** How money gets to bank accounts of others. */
export type PayoutRail = ApiRail | FileRail
