import type { ResolvedOptions } from '../options/options.ts'

/** What reading needs to know beside the response. */
export interface ReadScope {
  readonly options: ResolvedOptions
  /** Florin's name of the account. */
  readonly account: string
}

/** Whether an object may be ours by its mode: a live object under a test key is not (FAILURES 7.11). */
export const isOurMode = ({ options }: ReadScope, livemode: boolean): boolean =>
  options.mode === null || (options.mode === 'live') === livemode
