import { FlorinError } from '@florin/core/gateways'

/** Refuses a command that Adyen cannot be asked; nothing has happened then. The message must not repeat a token. */
export const invalid = (path: string, message: string): never => {
  throw new FlorinError('invalid_request', `adyen: ${message}`, { details: { path } })
}
