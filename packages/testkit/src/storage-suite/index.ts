export {
  type FaultPlan,
  type FaultyStorage,
  faultyStorage,
  type StorageCall,
  type StorageFault,
  type StorageMethod,
} from './faulty-storage.ts'
export type { StorageCase, StorageHarness, TestFunction } from './harness.ts'
export { registerStorageSuite, storageCases } from './suite.ts'
