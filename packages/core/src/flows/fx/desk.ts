import type { FxTerms, HedgeThreshold } from '../../fx/index.ts'
import type { Rates } from './rates.ts'

/** What exchanging money needs: rates, each merchant's terms, and from how much on a position wants a hedge. */
export interface FxDesk {
  readonly rates: Rates
  termsOf(merchant: string): FxTerms
  /** By the pair's name. */
  readonly hedges: ReadonlyMap<string, HedgeThreshold>
}
