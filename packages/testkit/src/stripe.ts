export type { ProviderCharge, ProviderDouble } from './provider/index.ts'
export * from './provider/stripe/index.ts'
