import type { Form } from './form.ts'
import { invalid, type Refusal } from './refusal.ts'

/**
 * What a parameter may be: a kind, the values of an enumeration, or named members of its own. `open` holds what the double takes and
 * does not look into.
 */
export type Rule =
  | 'text'
  | 'integer'
  | 'flag'
  /** Names and values of the merchant's own. */
  | 'map'
  | 'list'
  | 'open'
  | readonly string[]
  | Parameters
/** The parameters of an endpoint, or of a parameter with members. */
export interface Parameters {
  readonly [name: string]: Rule
}

/** An empty value takes these away instead of being refused. */
const CLEARABLE: ReadonlySet<string> = new Set([
  'amount_details',
  'application_fee_amount',
  'excluded_payment_method_types',
  'mandate_data',
  'metadata',
  'payment_details',
  'payment_method_options[card]',
  'payment_method_options[card][capture_method]',
  'payment_method_options[card][setup_future_usage]',
  'receipt_email',
  'setup_future_usage',
  'shipping',
])

const MEMBER = /\[([^\]]*)\]/g

const unknown = (name: string): Refusal =>
  invalid(`This endpoint takes no parameter '${name}' in this API version.`, { code: 'parameter_unknown', param: name })

const isMembers = (rule: Rule): rule is Parameters => typeof rule === 'object' && !Array.isArray(rule)

/** The rule of a name, as deep as it goes. */
const ruleOf = (parameters: Parameters, name: string): Rule => {
  const bracket = name.indexOf('[')
  const root = bracket < 0 ? name : name.slice(0, bracket)
  let rule = Object.hasOwn(parameters, root) ? parameters[root] : undefined
  if (rule === undefined) throw unknown(name)
  if (bracket < 0) return rule
  for (const [, member = ''] of name.slice(bracket).matchAll(MEMBER)) {
    if (rule === 'open') return 'open'
    if (rule === 'map' || rule === 'list') {
      rule = 'open'
      continue
    }
    const inner: Rule | undefined = isMembers(rule) && Object.hasOwn(rule, member) ? rule[member] : undefined
    if (inner === undefined) throw unknown(name)
    rule = inner
  }
  return rule
}

const checkValue = (rule: Rule, name: string, value: string): void => {
  if (rule === 'open' || (value === '' && (CLEARABLE.has(name) || rule === 'list'))) return
  if (value === '')
    throw invalid(`${name} is empty; leave it out instead.`, { code: 'parameter_invalid_empty', param: name })
  if (rule === 'text') return
  if (rule === 'integer') {
    if (!/^-?\d{1,15}$/.test(value))
      throw invalid(`${name} is '${value}'; it is a whole number.`, { code: 'parameter_invalid_integer', param: name })
    return
  }
  if (rule === 'flag') {
    if (value !== 'true' && value !== 'false')
      throw invalid(`${name} is '${value}'; it is true or false.`, { param: name })
    return
  }
  if (Array.isArray(rule)) {
    if (!rule.includes(value)) throw invalid(`${name} is '${value}'; it is one of ${rule.join(', ')}.`, { param: name })
    return
  }
  throw invalid(`${name} has members; write ${name}[…]=….`, { param: name })
}

/** Refuses what an endpoint does not take, as Stripe does before anything begins. */
export const checkParameters = (parameters: Parameters, form: Form): void => {
  for (const [name, value] of form.pairs) checkValue(ruleOf(parameters, name), name, value)
}

/** A required parameter's text. */
export const needText = (form: Form, name: string): string => {
  const text = form.text(name)
  if (text === null) throw invalid(`${name} is missing.`, { code: 'parameter_missing', param: name })
  return text
}
