export {
  isTrouble,
  type ProviderFront,
  type ProviderFrontOptions,
  startProviderFront,
  TROUBLES,
  type Trouble,
} from './front/index.ts'
export type { ProviderCharge, ProviderDouble } from './provider.ts'
export { type SandboxDouble, type SandboxDoubleOptions, startSandboxDouble } from './sandbox/sandbox-double.ts'
