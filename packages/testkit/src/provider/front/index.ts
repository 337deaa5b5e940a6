export { type ProviderFront, type ProviderFrontOptions, startProviderFront } from './provider-front.ts'
export { isTrouble, TROUBLES, type Trouble } from './trouble.ts'
