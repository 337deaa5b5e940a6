import { FlorinError } from '@florin/core/gateways'

/** Whether money is real. */
export type StripeMode = 'test' | 'live'

const SECRET_KEY = /^(?:sk|rk)_(?:org_)?(test|live)_[\x21-\x7e]+$/
const PRINTABLE = /^[\x21-\x7e]+$/

const refuse = (message: string): never => {
  throw new FlorinError('configuration', `stripe: ${message}`)
}

/**
 * The mode of a secret key, by its prefix; null for a key of another shape, which only a Stripe-compatible endpoint may have. The key is
 * never repeated in an error.
 */
export const modeOfKey = (apiKey: string, account: string, atStripe: boolean): StripeMode | null => {
  if (!PRINTABLE.test(apiKey))
    return refuse(`the apiKey of account '${account}' is empty or has spaces; copy it from Stripe's dashboard again`)
  if (apiKey.startsWith('pk_'))
    return refuse(
      `the apiKey of account '${account}' is a publishable key (pk_…), which is for browsers; give the secret key, sk_… or rk_…`,
    )
  if (apiKey.startsWith('whsec_'))
    return refuse(`the apiKey of account '${account}' is a webhook secret (whsec_…); give the secret key, sk_… or rk_…`)
  const mode = SECRET_KEY.exec(apiKey)?.[1]
  if (mode === undefined && atStripe)
    return refuse(
      `the apiKey of account '${account}' is no secret key of Stripe's: it begins with sk_test_, rk_test_, sk_live_ or rk_live_`,
    )
  return (mode as StripeMode | undefined) ?? null
}

/** Refuses accounts of two modes, a mode that is not the keys', and a live key on its way over plain http. Gives the mode of all. */
export const oneMode = (
  modes: ReadonlyMap<string, StripeMode | null>,
  wanted: StripeMode | undefined,
  urls: Readonly<Record<string, string>>,
): StripeMode | null => {
  const [first, ...others] = modes
  for (const [account, mode] of others)
    if (mode !== first?.[1])
      return refuse(`accounts '${first?.[0]}' and '${account}' have keys of different modes; test and live never mix`)
  const mode = first?.[1] ?? null
  if (wanted !== undefined && mode !== null && mode !== wanted)
    return refuse(`the keys are ${mode} keys, and mode is '${wanted}'; give ${wanted} keys, or another mode`)
  const plain = Object.entries(urls).find(([, url]) => /^http:/i.test(url))
  if ((mode ?? wanted) === 'live' && plain !== undefined)
    return refuse(`a live key is never sent over plain http; give an https ${plain[0]}`)
  return mode ?? wanted ?? null
}
