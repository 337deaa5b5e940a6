import { type Answer, type Command, FlorinError, type GatewayResponse } from '@florin/core/gateways'
import { readModification } from './modification.ts'
import { readPayment } from './payment.ts'
import { readServiceError } from './service-error.ts'

/** Reads a response to `command`. Whatever is not exactly as documented is `unknown`. */
export const readResponse = (response: GatewayResponse, command: Command, merchantAccount: string): Answer => {
  switch (command.kind) {
    case 'authorize':
    case 'sale':
    case 'complete':
      return response.status === 200 ? readPayment(response, command) : readServiceError(response, command)
    case 'capture':
    case 'cancel':
    case 'refund':
    case 'increment':
      return response.status === 201
        ? readModification(response, command, merchantAccount)
        : readServiceError(response, command)
    case 'lookup':
      throw new FlorinError('unsupported', 'adyen: there is no lookup')
  }
}
