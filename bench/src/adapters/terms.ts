/** What both sides send alike. */
export const STRIPE_KEY = 'sk_test_bench'
export const ADYEN_KEY = 'adyen_test_bench'
export const ADYEN_ACCOUNT = 'FlorinBenchECOM'
export const AMOUNT = 4990n
export const CURRENCY = 'EUR'
export const RETURN_URL = 'https://shop.example/return'
