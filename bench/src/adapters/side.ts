/** Who pays: through Florin's adapter, or through the provider's own SDK. */
export type Side = 'florin' | 'official'
/** Whose API is spoken. */
export type Provider = 'stripe' | 'adyen'

/** Takes payments one after another or at once; each is two calls, an authorisation and its full capture. */
export interface Payer {
  /** Takes one payment; rejects if it was not authorised or its capture was not taken. */
  pay(number: number): Promise<void>
  close(): Promise<void>
}

/** What one measured process reports. */
export interface SideReport {
  readonly payments: number
  readonly elapsedMs: number
  /** User and system time of this process. */
  readonly cpuMs: number
  /** The largest resident set, in bytes. */
  readonly rssBytes: number
}
