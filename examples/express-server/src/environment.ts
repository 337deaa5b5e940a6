import { FlorinError } from '@florin/core'

/** Environment variables, as `process.env` has them. */
export type Env = Readonly<Record<string, string | undefined>>

const refuse = (message: string): never => {
  throw new FlorinError('configuration', message)
}

/** A variable's value; one that is set to nothing counts as not set. */
export const given = (env: Env, name: string): string | undefined => (env[name] === '' ? undefined : env[name])

/** A whole number, or undefined where none is given. Throws `configuration`. */
export const whole = (env: Env, name: string, least: number, most: number): number | undefined => {
  const text = given(env, name)
  if (text === undefined) return undefined
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  return refuse(`${name} is '${text.slice(0, 40)}': give a whole number from ${least} to ${most}`)
}

/** An http or https URL without a slash at its end, or undefined. Throws `configuration`. */
export const url = (env: Env, name: string): string | undefined => {
  const text = given(env, name)
  if (text === undefined) return undefined
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '')
  return refuse(`${name} is '${text.slice(0, 100)}': give a URL such as http://127.0.0.1:4000`)
}

/** One of a few words, or undefined. Throws `configuration`. */
export const oneOf = <T extends string>(env: Env, name: string, words: readonly T[]): T | undefined => {
  const text = given(env, name)
  const found = words.find((word) => word === text)
  if (text === undefined || found !== undefined) return found
  return refuse(`${name} is '${text.slice(0, 40)}': give ${words.join(' or ')}`)
}
