export * from './provider/adyen/index.ts'
export type { ProviderCharge, ProviderDouble } from './provider/index.ts'
