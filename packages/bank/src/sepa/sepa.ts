import {
  bicProblem,
  type FileRail,
  FlorinError,
  ibanProblem,
  type PayoutInstruction,
  plainIban,
} from '@florin/core/rails'
import { type SepaAddress, type WrittenAddress, writtenAddress } from './address.ts'
import { type Cutoff, executionDay } from './calendar.ts'
import { sepaText } from './charset.ts'
import { isOutsideEea, SEPA_COUNTRIES } from './countries.ts'
import { type Debtor, pain001 } from './pain001.ts'

/** The account that SEPA credit transfers are paid from, and its bank's habits. */
export interface SepaOptions {
  /** The account holder, as the bank knows it. */
  readonly name: string
  readonly iban: string
  /** Its bank's. Needed where the account is outside the European Economic Area (Switzerland, the United Kingdom …). */
  readonly bic?: string | undefined
  /** The account holder's. Needed for payouts to and from accounts outside the European Economic Area, and written wherever it is given. */
  readonly address?: SepaAddress | undefined
  /** The account's name in the ledger; `sepa` if absent. */
  readonly account?: string | undefined
  /** Until when the bank takes files for the same day. 14:00 in Berlin if absent, which is early enough for most banks. */
  readonly cutoff?: Cutoff | undefined
  /** Whether the bank books each batch of a file as one line. False if absent: then its statement names every payout. */
  readonly batchBooking?: boolean | undefined
}

const NAME_MAX = 70
const TEXT_MAX = 140
const AMOUNT_MAX = 99_999_999_999n // 999,999,999.99 EUR: SEPA credit transfer rulebook, AT-T002

const configuration = (path: string, why: string): FlorinError =>
  new FlorinError('configuration', `sepa: ${path} ${why}`, { details: { path } })

/** A text in SEPA's characters, at most so long; refused with what is wrong with it. */
const fitting = (path: string, text: string, most: number): string => {
  const written = sepaText(text)
  const refuse = (why: string): FlorinError => refused(path, why)
  if ('foreign' in written) {
    throw refuse(
      `holds '${written.foreign}', and SEPA has Latin letters only: write it as the bank account has it in Latin letters`,
    )
  }
  if (!/[A-Za-z0-9]/.test(written.text)) throw refuse("has no letter and no digit of SEPA's characters")
  if (written.text.length > most)
    throw refuse(`has ${written.text.length} characters, and SEPA takes ${most}: shorten it`)
  return written.text
}

const addressIn = (given: SepaAddress | undefined): WrittenAddress | null => {
  if (given === undefined) return null
  const written = writtenAddress(given)
  if ('why' in written) throw configuration(written.path, written.why)
  return written.parts
}

const debtorOf = ({ name, iban, batchBooking = false, ...rest }: SepaOptions): Debtor => {
  const bic = rest.bic ?? null
  const written = sepaText(name)
  if (!('text' in written) || written.text === '' || written.text.length > NAME_MAX) {
    throw configuration('name', `is '${name.slice(0, 80)}': give 1 to ${NAME_MAX} characters in Latin letters`)
  }
  const plain = plainIban(iban)
  const problem = ibanProblem(plain)
  if (problem !== null) throw configuration('iban', problem)
  if (!SEPA_COUNTRIES.has(plain.slice(0, 2)))
    throw configuration('iban', `is of ${plain.slice(0, 2)}, which is not in SEPA`)
  const wrong = bic === null ? null : bicProblem(bic)
  if (wrong !== null) throw configuration('bic', wrong)
  const address = addressIn(rest.address)
  if (isOutsideEea(plain) && (bic === null || address === null)) {
    const missing = bic === null ? 'bic' : 'address'
    throw configuration(
      missing,
      `is missing: the account is in ${plain.slice(0, 2)}, outside the European Economic Area`,
    )
  }
  return Object.freeze({ name: written.text, iban: plain, bic, address, batchBooking })
}

const DEFAULT_CUTOFF: Cutoff = Object.freeze({ timeZone: 'Europe/Berlin', time: '14:00' })

const cutoffOf = ({ cutoff = DEFAULT_CUTOFF }: SepaOptions): Cutoff => {
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(cutoff.time)) {
    throw configuration('cutoff.time', `is '${cutoff.time}': give hours and minutes, as 14:00`)
  }
  try {
    executionDay(0, null, cutoff)
  } catch {
    throw configuration('cutoff.timeZone', `is '${cutoff.timeZone}': give an IANA zone, as Europe/Berlin`)
  }
  return cutoff
}

const refused = (path: string, why: string): FlorinError =>
  new FlorinError('invalid_request', `${path}: ${why}`, { details: { path } })

/** Refuses what a file cannot carry, or a bank would not, before anything is ordered. */
const checkInstruction = ({ amount, beneficiary, text }: PayoutInstruction, { address }: Debtor): void => {
  const { name, iban, bic } = beneficiary
  fitting('name', name, NAME_MAX)
  fitting('text', text, TEXT_MAX)
  const wrong = ibanProblem(iban) ?? (bic === null ? null : bicProblem(bic))
  if (wrong !== null) throw refused('destination', wrong)
  const country = iban.slice(0, 2)
  if (!SEPA_COUNTRIES.has(country))
    throw refused(
      'destination',
      `is an account in ${country}, which SEPA credit transfers do not reach: use another rail`,
    )
  if (isOutsideEea(iban) && bic === null)
    throw refused(
      'destination',
      `is an account in ${country}, outside the European Economic Area, and has no BIC: add the account with its BIC`,
    )
  if (isOutsideEea(iban) && address === null)
    throw refused(
      'destination',
      `is an account in ${country}, outside the European Economic Area, which the payer's address must go along to: give sepa() an address`,
    )
  if (amount < 1n || amount > AMOUNT_MAX)
    throw refused('amount', 'is not between 0.01 and 999999999.99, which a SEPA credit transfer carries')
}

/**
 * SEPA credit transfers as files, pain.001.001.09, by the rules of the European Payments Council: euros only, to accounts in SEPA, in its
 * characters. A payout's end-to-end reference is its id with `-` for `_`. Throws `configuration` for an account that is none.
 */
export const sepa = (options: SepaOptions): FileRail => {
  const debtor = debtorOf(options)
  const cutoff = cutoffOf(options)
  return Object.freeze<FileRail>({
    kind: 'file',
    name: 'sepa',
    bank: options.account ?? 'sepa',
    currencies: Object.freeze(['EUR']),
    most: 1_000,
    check: (instruction) => checkInstruction(instruction, debtor),
    executionDay: (now, wanted) => executionDay(now, wanted, cutoff),
    write: ({ file, createdAt, batches }) => {
      const messageId = file.replace('_', '-')
      const body = pain001(debtor, { messageId, createdAt, batches })
      return { name: `${messageId}.xml`, contentType: 'application/xml', body }
    },
  })
}
