import type { GatewayRequest } from '@florin/core/gateways'
import type { BaseUrl } from './base-url.ts'
import type { ResolvedTransportOptions } from './options.ts'

/**
 * Where a request goes: to the host that it names, or to its account's base URL. Null where none is configured: never anywhere else. Either was
 * fixed at construction.
 */
export const addressOf = (
  { host }: GatewayRequest,
  account: string,
  { baseUrlOf, hostOf }: Pick<ResolvedTransportOptions, 'baseUrlOf' | 'hostOf'>,
): BaseUrl | null => (host === undefined ? baseUrlOf(account) : hostOf(host))
