/** Money of one currency for money of another. */
export interface CurrencyPair {
  readonly from: string
  readonly to: string
}

/** What a provider says of a pair. */
export interface RateReport extends CurrencyPair {
  /** How many units of `to` one unit of `from` is worth: a decimal string, `'1.0842'`. */
  readonly rate: string
  /** When it was so, UTC milliseconds. */
  readonly asOf: number
}

/**
 * Where exchange rates come from: a function of the host, or one of the readers here. It may fail, hang and say nonsense: Florin waits for it
 * only so long, judges what it says, and asks the next.
 */
export interface RateProvider {
  /** For quotes and messages: `ecb`. */
  readonly name: string
  /** How old its rates may be, milliseconds; the general limit if absent. The ECB publishes once a working day, so its rates are older. */
  readonly freshForMs?: number | undefined
  /** The rates of these pairs, as far as it has them. `signal` aborts when nobody waits any more. */
  rates(pairs: readonly CurrencyPair[], signal: AbortSignal): Promise<readonly RateReport[]>
}
