import { adyen } from '@florin/adapters-adyen'
import { stripe } from '@florin/adapters-stripe'
import { capabilityMatrix, sandbox } from '@florin/testkit'
import { guilderPay } from '../../examples/custom-gateway/src/gateway.ts'

// Configured as for a test account; nothing is sent.
const stripeAccount = { apiKey: 'sk_test_readme', webhookSecret: `whsec_${'0'.repeat(32)}` }
const adyenAccount = {
  environment: 'test',
  apiKey: 'readme',
  merchantAccount: 'ReadmeECOM',
  hmacKeys: ['0'.repeat(64)],
  webhookUser: 'readme',
  webhookPassword: 'readme-readme',
} as const
const guilderPayAccount = {
  merchant: 'M-1001',
  keyId: 'gk_readme',
  secret: '0'.repeat(24),
  webhookSecrets: [`whsec_${'0'.repeat(32)}`],
}

/** The README's table of what each gateway can do, as the adapters declare it. */
export const readmeMatrix = (): string =>
  capabilityMatrix([
    {
      name: 'Stripe',
      gateway: stripe(stripeAccount),
      granted: stripe({ ...stripeAccount, multicapture: true, incrementalAuthorization: true }),
    },
    {
      name: 'Adyen',
      gateway: adyen(adyenAccount),
      granted: adyen({ ...adyenAccount, multipleCaptures: true, increments: true }),
    },
    { name: 'sandbox', gateway: sandbox() },
    { name: 'Guilder Pay ([example](examples/custom-gateway/README.md))', gateway: guilderPay(guilderPayAccount) },
  ])

const BEGIN = '<!-- capability matrix: begin -->'
const END = '<!-- capability matrix: end -->'

/** The text between the README's markers, or null where they are missing. */
export const shownIn = (readme: string): string | null => {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)]
  return begin < 0 || end < begin ? null : readme.slice(begin + BEGIN.length, end).trim()
}

/** The README with another table between its markers. */
export const withMatrix = (readme: string, matrix: string): string => {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`README.md has no '${BEGIN}' followed by '${END}'`)
  return `${readme.slice(0, begin + BEGIN.length)}\n${matrix}\n${readme.slice(end)}`
}
