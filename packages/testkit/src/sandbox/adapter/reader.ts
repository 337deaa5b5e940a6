import { jsonIn } from '@florin/core/gateways'
import {
  CHARGE_STATUSES,
  OPERATION_OBJECTS,
  type WireAction,
  type WireCharge,
  type WireDecline,
  type WireInstrument,
  type WireOperation,
} from '../wire.ts'

type Raw = Readonly<Record<string, unknown>>

/** Parsed JSON if it is an object, else null. */
export const parseObject = (text: string): Raw | null => asObject(jsonIn(text))

/** The value if it is an object, else null. */
export const asObject = (value: unknown): Raw | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : null

const AMOUNT = /^(?:0|[1-9][0-9]{0,17})$/
const TEXT_MAX = 512 // ids, codes and addresses have under a hundred; what is longer would be stored, and shown, as it is
const isText = (value: unknown): value is string =>
  typeof value === 'string' && /^[^\p{Cc}\p{Cs}]+$/u.test(value) && value.length <= TEXT_MAX
const isAmount = (value: unknown): value is string => typeof value === 'string' && AMOUNT.test(value)
const DATE_MAX = 8.64e15 // as far as a Date reaches (ECMA-262, 21.4.1.1)

/** Whether a value is an instant in milliseconds. */
export const isInstant = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Math.abs(value as number) <= DATE_MAX
const STATUSES: ReadonlySet<unknown> = new Set(CHARGE_STATUSES)
const OBJECTS: ReadonlySet<unknown> = new Set(OPERATION_OBJECTS)

const isAction = (value: unknown): value is WireAction | null => {
  if (value === null) return true
  const action = asObject(value)
  if (action === null || (action.type !== 'redirect' && action.type !== 'bank_transfer')) return false
  if (action.url !== undefined && !(isText(action.url) && /^https?:\/\//.test(action.url))) return false // a buyer's browser is sent there
  const data = action.data
  return (
    data === undefined ||
    (asObject(data) !== null && Object.values(data as Raw).every((each) => typeof each === 'string'))
  )
}

const isDecline = (value: unknown): value is WireDecline | null => {
  if (value === null) return true
  const decline = asObject(value)
  const advice = decline?.network_advice
  return decline !== null && isText(decline.code) && (advice === null || isText(advice))
}

/** What is shown of a card has its shape: nowhere is room for a whole number. */
const isShaped = (value: unknown, shape: RegExp): boolean => typeof value === 'string' && shape.test(value)

const isInstrument = (value: unknown): value is WireInstrument | null => {
  if (value === null) return true
  const facts = asObject(value)
  return (
    facts !== null &&
    isShaped(facts.network, /^[a-z][a-z_]{0,31}$/) &&
    isShaped(facts.bin, /^[0-9]{6,8}$/) &&
    isShaped(facts.last4, /^[0-9]{4}$/) &&
    (facts.country === undefined || isShaped(facts.country, /^[A-Z]{2}$/)) &&
    isText(facts.network_transaction_id)
  )
}

/** A charge, or null where anything about its shape is not as documented. Fields that are new are tolerated. */
export const readCharge = (raw: Raw | null): WireCharge | null =>
  raw !== null &&
  raw.object === 'charge' &&
  isText(raw.id) &&
  isText(raw.reference) &&
  (raw.capture === 'manual' || raw.capture === 'automatic') &&
  STATUSES.has(raw.status) &&
  isText(raw.currency) &&
  isAmount(raw.amount) &&
  isAmount(raw.authorized) &&
  isAmount(raw.captured) &&
  isAmount(raw.refunded) &&
  isAmount(raw.fee) &&
  (raw.expires_at === null || isInstant(raw.expires_at)) &&
  isInstrument(raw.instrument) &&
  isAction(raw.action) &&
  isDecline(raw.decline)
    ? (raw as unknown as WireCharge)
    : null

const isOutcome = ({ status, failure }: Raw): boolean =>
  status === 'succeeded' ? failure === null : status === 'failed' && isText(asObject(failure)?.code)

/** An operation, or null where anything about its shape is not as documented. */
export const readOperation = (raw: Raw | null): WireOperation | null =>
  raw !== null &&
  OBJECTS.has(raw.object) &&
  isText(raw.id) &&
  isText(raw.charge) &&
  isText(raw.charge_reference) &&
  (raw.reference === null || isText(raw.reference)) &&
  isAmount(raw.amount) &&
  isText(raw.currency) &&
  isAmount(raw.fee) &&
  isOutcome(raw)
    ? (raw as unknown as WireOperation)
    : null

/** The one entry of a list; `none` for an empty one, null for anything else. */
export const readOnly = (raw: Raw): Raw | 'none' | null => {
  const data = raw.data
  if (raw.object !== 'list' || !Array.isArray(data) || data.length > 1) return null
  return data.length === 0 ? 'none' : asObject(data[0])
}

const ERROR_CODE = /^[a-z][a-z_]{0,63}$/ // it is repeated in reasons, where nothing else of an answer may stand

/** The code of an error answer, or null where it is not one. */
export const readErrorCode = (raw: Raw | null): string | null => {
  const code = asObject(raw?.error)?.code
  return isText(code) && ERROR_CODE.test(code) ? code : null
}
