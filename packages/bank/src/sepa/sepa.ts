import {
  bicProblem,
  type FileRail,
  FlorinError,
  ibanProblem,
  type PayoutInstruction,
  plainIban,
} from '@florin/core/rails'
import { type Cutoff, executionDay } from './calendar.ts'
import { sepaText } from './charset.ts'
import { SEPA_COUNTRIES } from './countries.ts'
import { type Debtor, pain001 } from './pain001.ts'

/** The account that SEPA credit transfers are paid from, and its bank's habits. */
export interface SepaOptions {
  /** The account holder, as the bank knows it. */
  readonly name: string
  readonly iban: string
  readonly bic?: string | undefined
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
  const refuse = (why: string): FlorinError =>
    new FlorinError('invalid_request', `${path}: ${why}`, { details: { path } })
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
  return Object.freeze({ name: written.text, iban: plain, bic, batchBooking })
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
    check: ({ amount, beneficiary, text }: PayoutInstruction) => {
      fitting('name', beneficiary.name, NAME_MAX)
      fitting('text', text, TEXT_MAX)
      const refuse = (path: string, why: string): FlorinError =>
        new FlorinError('invalid_request', `${path}: ${why}`, { details: { path } })
      const country = beneficiary.iban.slice(0, 2)
      if (!SEPA_COUNTRIES.has(country)) {
        throw refuse(
          'destination',
          `is an account in ${country}, which SEPA credit transfers do not reach: use another rail`,
        )
      }
      if (amount > AMOUNT_MAX)
        throw refuse('amount', 'is above 999999999.99, the most that a SEPA credit transfer carries')
    },
    executionDay: (now, wanted) => executionDay(now, wanted, cutoff),
    write: ({ file, createdAt, batches }) => {
      const messageId = file.replace('_', '-')
      const body = pain001(debtor, { messageId, createdAt, batches })
      return { name: `${messageId}.xml`, contentType: 'application/xml', body }
    },
  })
}
