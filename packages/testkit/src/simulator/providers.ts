import type { ProviderFactory } from './world/provider.ts'
import { SANDBOX_SHAPES, sandboxProvider } from './world/sandbox-provider.ts'

/** A kind of gateway that plans may choose. */
export interface GatewayKind {
  readonly provider: ProviderFactory
  /** Its holds can be given back, so that failover on an unknown outcome may be switched on with it. */
  readonly reverses: boolean
}

const NO_REVERSAL: ReadonlySet<string> = new Set(['plain'])

/** The simulator's own gateways. */
export const MODEL_GATEWAYS: Readonly<Record<string, GatewayKind>> = Object.fromEntries(
  Object.entries(SANDBOX_SHAPES).map(([name, shape]) => [
    name,
    { provider: sandboxProvider(shape), reverses: !NO_REVERSAL.has(name) },
  ]),
)
