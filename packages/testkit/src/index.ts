export * from './clock/index.ts'
export * from './provider/index.ts'
export * from './sandbox/index.ts'
export * from './storage-suite/index.ts'
