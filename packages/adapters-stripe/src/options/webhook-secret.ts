import { FlorinError } from '@florin/core/gateways'

const LEAST_LENGTH = 24 // Stripe's have 38 and more; Standard Webhooks asks for 24 bytes
const SHAPE = /^whsec_[A-Za-z0-9+/=_-]+$/

/** Why a signing secret must not be used, or null. Asked at construction and again on every use: there is no way around it. */
export const secretFault = (secret: string): string | null => {
  if (secret === '') return 'is empty'
  if (!SHAPE.test(secret))
    return "is no signing secret: one begins with whsec_, and stands beside the endpoint in Stripe's dashboard"
  return secret.length < LEAST_LENGTH
    ? `has ${secret.length} characters; a signing secret has at least ${LEAST_LENGTH}`
    : null
}

/** One secret, or two during a rotation; none where webhooks are not used. Throws `configuration`, without repeating a secret. */
export const webhookSecrets = (given: string | readonly string[] | undefined, account: string): readonly string[] => {
  if (given === undefined) return Object.freeze([])
  const secrets = typeof given === 'string' ? [given] : [...given]
  const refuse = (why: string): never => {
    throw new FlorinError('configuration', `stripe: a webhookSecret of account '${account}' ${why}`)
  }
  if (secrets.length === 0 || secrets.length > 2)
    return refuse(`is one of ${secrets.length}; give one, or two during a rotation`)
  for (const secret of secrets) {
    const fault = secretFault(secret)
    if (fault !== null) return refuse(fault)
  }
  return Object.freeze(secrets)
}
