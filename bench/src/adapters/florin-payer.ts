import { adyen } from '@florin/adapters-adyen'
import { stripe } from '@florin/adapters-stripe'
import type { Answer, Command, Gateway } from '@florin/core/gateways'
import type { Payer, Provider } from './side.ts'
import { ADYEN_ACCOUNT, ADYEN_KEY, AMOUNT, CURRENCY, RETURN_URL, STRIPE_KEY } from './terms.ts'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** An attempt's id as Florin makes them: a prefix and 26 characters. */
const attemptId = (run: string, number: number): `att_${string}` => {
  let digits = ''
  for (let left = number; digits.length < 13; left = Math.floor(left / 32)) digits = ALPHABET.charAt(left % 32) + digits
  return `att_${run}${digits}`
}

const gatewayOf = (provider: Provider, baseUrl: string): Gateway =>
  provider === 'stripe'
    ? stripe({ apiKey: STRIPE_KEY, baseUrl })
    : adyen({ apiKey: ADYEN_KEY, merchantAccount: ADYEN_ACCOUNT, environment: 'test', baseUrl })

const TOKENS = { stripe: 'pm_card_visa', adyen: 'test_card:visa' } as const satisfies Record<Provider, string>

/** Calls as Florin's flows do: command, request, send, read; without storage. `run` is 13 characters that no other run has. */
export const florinPayer = (provider: Provider, baseUrl: string, run: string): Payer => {
  const gateway = gatewayOf(provider, baseUrl)
  const [account] = gateway.accounts
  const call = async (command: Command): Promise<Answer> => {
    const sent = await gateway.transport.send(gateway.request(command), { account, deadline: Date.now() + 80_000 })
    if (sent.outcome !== 'answered') throw new Error(`${command.kind}: ${sent.outcome}, ${sent.reason}`)
    return gateway.read(sent.response, command)
  }
  return {
    async pay(number) {
      const attempt = attemptId(run, 2 * number)
      const common = { account, amount: AMOUNT, currency: CURRENCY }
      const answer = await call({
        ...common,
        kind: 'authorize',
        attempt,
        key: attempt,
        method: { type: 'card', token: TOKENS[provider] },
        merchantReference: `order-${number}`,
        returnUrl: RETURN_URL,
        description: null,
        customer: { id: null, email: null, ip: null },
      })
      if (answer.effect !== 'applied') throw new Error(`authorize: ${JSON.stringify(answer)}`)
      const capture = attemptId(run, 2 * number + 1)
      const target = { attempt, gatewayId: answer.gatewayId }
      const taken = await call({ ...common, kind: 'capture', attempt: capture, key: capture, target, final: true })
      if (taken.effect !== 'applied' && taken.effect !== 'pending') throw new Error(`capture: ${JSON.stringify(taken)}`)
    },
    close: async () => gateway.transport.close?.(),
  }
}
