export type { StorageCase, StorageHarness, TestFunction } from './harness.ts'
export { registerStorageSuite, storageCases } from './suite.ts'
