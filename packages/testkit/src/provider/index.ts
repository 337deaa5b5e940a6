export type { ProviderCharge, ProviderDouble } from './provider.ts'
export { type SandboxDouble, type SandboxDoubleOptions, startSandboxDouble } from './sandbox/sandbox-double.ts'
