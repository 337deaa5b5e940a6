import type { Command, Gateway, GatewayRequest } from '../../gateways/index.ts'
import type { AttemptRow } from '../../payments/index.ts'
import type { FlowContext } from '../context.ts'
import type { MethodInput } from '../payments/details.ts'

/** What another gateway would need to be asked for the same charge. */
export type Elsewhere = Pick<MethodInput, 'tokens' | 'networkTransactionId' | 'stored'>

/** How a charge's payment may wait where no gateway can be asked for it: with what, only where (null: anywhere), until when. */
export interface Parking extends Elsewhere {
  readonly gateway: string | null
  readonly until: number
}

/** A command and the very request that it became: what an attempt keeps sealed, to send again byte for byte. */
export interface Prepared {
  readonly command: Command
  readonly request: GatewayRequest
  /** Of a charge that may be made at another gateway instead. */
  readonly elsewhere?: Elsewhere | undefined
  /** Of a charge whose payment waits rather than be declined where no gateway can be asked. */
  readonly parking?: Parking | undefined
}

/** What a charge passes on to the charge in its place. */
export type Carried = Pick<Prepared, 'elsewhere' | 'parking'>

/** Gateway keys derive from the attempt and, for a further request of the same attempt, from its step. */
export const gatewayKey = (attempt: string, step = 0): string => (step === 0 ? attempt : `${attempt}-${step}`)

export const prepare = (gateway: Gateway, command: Command): Prepared => ({
  command,
  request: gateway.request(command),
})

const place = (merchant: string, attempt: string) => ({ table: 'attempts', column: 'request', merchant, key: attempt })

/** Seals for the attempt's row. Amounts travel as text, because JSON has no bigint. */
export const sealPrepared = (
  context: FlowContext,
  merchant: string,
  attempt: string,
  prepared: Prepared,
): Uint8Array => {
  const { command, request, elsewhere, parking } = prepared
  const plain = {
    ...command,
    amount: command.amount.toString(),
    ...(command.kind === 'increment' ? { by: command.by.toString() } : {}),
  }
  return context.sealer.seal(place(merchant, attempt), {
    command: plain,
    request,
    ...(elsewhere === undefined ? {} : { elsewhere }),
    ...(parking === undefined ? {} : { parking }),
  })
}

/** The request column of an attempt that was never ours to send. */
export const sealNothing = (context: FlowContext, merchant: string, attempt: string): Uint8Array =>
  context.sealer.seal(place(merchant, attempt), {})

type Stored = Omit<Prepared, 'command'> & { readonly command: Readonly<Record<string, unknown>> }

export const openPrepared = async (context: FlowContext, attempt: AttemptRow): Promise<Prepared> => {
  const stored = await context.sealer.open<Stored>(place(attempt.merchant, attempt.id), attempt.request)
  const { command } = stored
  const amounts = { amount: BigInt(command.amount as string) }
  const by = command.by === undefined ? {} : { by: BigInt(command.by as string) }
  return { ...stored, command: { ...command, ...amounts, ...by } as unknown as Command }
}
