export { HandWriter } from './hand-writer.ts'
export { type Lifecycle, lifecycle } from './lifecycle.ts'
export type { BenchResult } from './result.ts'
export { runStorageBench, type StorageBenchOptions } from './run.ts'
