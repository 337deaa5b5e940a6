import type { Command, Gateway, GatewayFact, RawDelivery } from '@florin/core/gateways'
import type { ProviderDouble } from '../provider/index.ts'

/** What the double announced: kept, and read as core would read it. */
export interface Mailbox {
  /** Fetches what is new, and gives everything so far, oldest first. */
  collect(): Promise<readonly RawDelivery[]>
  /** Everything that the deliveries so far say. */
  facts(): Promise<readonly GatewayFact[]>
  /** What they say about a command: the newest that decides it, or the newest. */
  about(command: Command, gatewayId: string | null): Promise<GatewayFact | undefined>
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const ROUNDS = 2 // what the first round makes a double decide, it may announce a moment later

/** A charge is a charge: a gateway's event need not tell an authorization from a sale. */
const sameKind = (fact: GatewayFact, command: Command): boolean => {
  const charging = (kind: string): boolean => kind === 'authorize' || kind === 'sale' || kind === 'complete'
  return charging(command.kind) ? charging(fact.of) : fact.of === command.kind
}

/** Opens the mailbox of a double; nothing is fetched before it is asked for. */
export const openMailbox = (provider: ProviderDouble, gateway: Gateway): Mailbox => {
  const mail: RawDelivery[] = []
  const collect = async (): Promise<readonly RawDelivery[]> => {
    for (let round = 0; round < ROUNDS; round++) {
      mail.push(...provider.deliveries())
      await turn()
    }
    mail.push(...provider.deliveries())
    return mail
  }
  const facts = async (): Promise<readonly GatewayFact[]> => {
    const deliveries = await collect() // also where nobody reads them: a double does then what it does by itself
    if (!gateway.capabilities.webhooks) return []
    return deliveries.flatMap((delivery) => {
      gateway.verify(delivery)
      return gateway.parse(delivery.body, delivery.account)
    })
  }
  return {
    collect,
    facts,
    async about(command, gatewayId) {
      const told = (await facts()).filter(
        (fact) =>
          sameKind(fact, command) &&
          (fact.attempt === command.attempt || (fact.attempt === null && fact.gatewayId === gatewayId)),
      )
      const decided = told.findLast(({ answer }) => answer.effect === 'applied' || answer.effect === 'rejected')
      return decided ?? told.at(-1)
    },
  }
}
