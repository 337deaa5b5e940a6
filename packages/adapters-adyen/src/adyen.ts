import { FlorinError, type Gateway } from '@florin/core/gateways'
import { capabilitiesOf } from './capabilities.ts'
import { adyenDisputes } from './disputes/port.ts'
import { type AdyenOptions, type ResolvedAccount, resolveOptions } from './options.ts'
import { readResponse } from './read/read.ts'
import { requestOf } from './request/request.ts'
import { transportOf } from './transport.ts'
import { parseWebhook } from './webhooks/parse.ts'
import { verifyWebhook } from './webhooks/verify.ts'

/**
 * Adyen as a gateway: Checkout v71, modifications, disputes and webhooks. Amounts are ISO 4217's minor units everywhere; Adyen's own are converted
 * exactly. Adyen decides captures, cancels and refunds after it acknowledged them, so webhooks must be set up (docs/adyen.md); there is no
 * lookup. Throws `FlorinError('configuration')`. Holds no state but its connections, and may be used concurrently.
 */
export const adyen = (given: AdyenOptions): Gateway => {
  const options = resolveOptions(given)
  const { environment, accounts } = options
  const accountOf = (name: string): ResolvedAccount => {
    const account = accounts.get(name)
    if (account === undefined)
      throw new FlorinError('configuration', `adyen: there is no account '${name.slice(0, 80)}'`)
    return account
  }
  const settings = {
    environment,
    returnUrl: options.returnUrl,
    multipleCaptures: options.multipleCaptures,
    increments: options.increments,
  }
  return {
    name: 'adyen',
    capabilities: capabilitiesOf(options),
    accounts: [...accounts.keys()] as [string, ...string[]],
    request: (command) => requestOf(command, accountOf(command.account).merchantAccount, settings),
    read: (response, command) => readResponse(response, command, accountOf(command.account).merchantAccount),
    verify: (delivery) => verifyWebhook(delivery, accountOf(delivery.account), environment),
    parse: (body) => parseWebhook(body),
    disputes: adyenDisputes(options, (name) => accountOf(name).merchantAccount),
    transport: options.transport ?? transportOf(options),
  }
}
