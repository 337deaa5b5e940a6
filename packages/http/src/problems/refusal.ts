import type { FlorinError } from '@florin/core'
import type { HttpCode } from './codes.ts'

/** A request that is refused before Florin is asked, for a reason that only HTTP has. */
export class Refusal extends Error {
  readonly code: HttpCode
  readonly details: FlorinError['details']
  readonly headers: Readonly<Record<string, string>>
  constructor(
    code: HttpCode,
    message: string,
    more: { details?: FlorinError['details']; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.details = more.details ?? {}
    this.headers = more.headers ?? {}
  }
}
