export type { BenchResult } from './result.ts'
export { runStorageBench, type StorageBenchOptions } from './run.ts'
