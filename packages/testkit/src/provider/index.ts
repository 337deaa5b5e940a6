export type { ProviderCharge, ProviderDouble } from './provider.ts'
