/** An answer in place of the provider's. */
export interface ForgedAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** What goes wrong between the adapter's transport and the provider, for one request. */
export type WireFault =
  | { readonly how: 'reset_before' } // the request arrives at nobody; the connection is reset
  | { readonly how: 'reset_after' } // the provider does it; the connection is reset
  | { readonly how: 'cut_body' } // the provider does it; half of the answer arrives
  | { readonly how: 'cut_text' } // the provider does it; an answer arrives that is whole for HTTP, and half a text
  | { readonly how: 'silence' } // the provider does it; no answer ever arrives
  | { readonly how: 'forge'; readonly answer: ForgedAnswer } // the provider does it; another answer arrives

/** A request as the proxy saw it. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}
