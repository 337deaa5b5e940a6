import { expect, test } from 'vitest'
import { disputeFacts } from '../src/disputes/facts.ts'
import { NO_DATA, referenceData } from './schemas.ts'

interface Example {
  readonly value: { readonly notificationItems: readonly { readonly NotificationRequestItem: object }[] }
}

const text = referenceData('adyen/Webhooks-v1.json')
const examples: Readonly<Record<string, Example>> = text === null ? {} : JSON.parse(text).components.examples

/** What each of Adyen's own examples of a dispute says. */
const EXPECTED = {
  'REQUEST_FOR_INFORMATION-request_for_information': ['opened inquiry'],
  'NOTIFICATION_OF_CHARGEBACK-notification_of_chargeback': ['opened chargeback'],
  'CHARGEBACK-chargeback': ['withdrawn chargeback'],
  'CHARGEBACK_REVERSED-chargeback_reversed': ['reinstated chargeback'],
  'SECOND_CHARGEBACK-second_chargeback': ['withdrawn pre_arbitration'],
  'INFORMATION_SUPPLIED-information_supplied': ['under_review chargeback'],
  'DISPUTE_DEFENSE_PERIOD_ENDED-dispute_defense_period_ended': ['lost chargeback'],
  'ISSUER_RESPONSE_TIMEFRAME_EXPIRED-issuer_response_timeframe_expired': ['won chargeback'],
  'PREARBITRATION_WON-prearbitration_won': ['won pre_arbitration'],
  'PREARBITRATION_LOST-prearbitration_lost': ['lost pre_arbitration'],
  'ISSUER_COMMENTS-issuer_comments': [],
  'AUTHORISATION-authorisation': [],
} as const

test.skipIf(text === null).each(Object.entries(EXPECTED))(
  `Adyen’s own example %s is read${text === null ? ` (skipped: ${NO_DATA})` : ''}`,
  (name, expected) => {
    const example = examples[`post-${name}`]
    if (example === undefined) throw new Error(`Adyen's document has no example post-${name}`)
    // Adyen's examples leave out what its schema wants.
    const notificationItems = example.value.notificationItems.map(({ NotificationRequestItem: item }) => ({
      NotificationRequestItem: { pspReference: 'QFQTPCQ8HXSKGK82', ...item },
    }))
    const body = Buffer.from(JSON.stringify({ live: 'false', notificationItems }))
    expect(disputeFacts(body).map(({ report, stage }) => `${report} ${stage}`)).toEqual(expected)
  },
)
