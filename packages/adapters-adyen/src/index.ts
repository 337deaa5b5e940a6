export { adyen } from './adyen.ts'
export { ADYEN_API_VERSION } from './endpoint.ts'
export type { AdyenAccount, AdyenHttpOptions, AdyenOptions } from './options.ts'
export { ADYEN_TEST_CARDS, type AdyenTestCard } from './test-cards.ts'
