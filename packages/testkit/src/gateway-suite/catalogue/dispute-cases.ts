import type { CaseEntry } from './case-entry.ts'

/** Cases of disputes: what webhooks say about them, and what is done about them. */
export const DISPUTE_CASES = {
  'disputes.told': {
    says: 'a chargeback is told with its charge, its amount and its currency, once its money is gone',
    rule: 'FAILURES 2.20, 5.5',
    remedy: 'give a fact of `withdrawn` with minor units of ISO 4217, and the charge’s id or our attempt',
  },
  'disputes.inquiry': {
    says: 'an inquiry is told as one, and takes no money',
    rule: 'FAILURES 6.7',
    remedy: 'give facts of the stage `inquiry`, and `withdrawn` only where the gateway says that money moved',
  },
  'disputes.won': {
    says: 'a dispute that is won gives its money back, and ends `won`',
    rule: 'FAILURES 2.19, 5.6',
    remedy: 'give facts of `reinstated` and `won`, and times that put the end last',
  },
  'disputes.lost': {
    says: 'a dispute that is lost ends `lost`, and gives nothing back',
    rule: 'FAILURES 2.19, 5.6',
    remedy: 'give a fact of `lost`, with a time that puts it last, and `reinstated` only where money came back',
  },
  'disputes.parse_pure': {
    says: 'a body gives the same facts of disputes each time, in whatever order bodies are parsed',
    rule: 'FAILURES 5.6',
    remedy: 'keep nothing between two calls of `disputes.parse`',
  },
  'disputes.apart': {
    says: 'disputes say nothing about commands, and commands nothing about disputes',
    rule: 'FAILURES 2.20',
    remedy: 'give facts of disputes from `disputes.parse` only: a chargeback is no refund',
  },
  'disputes.malformed': {
    says: 'a body about a dispute that cannot be read throws, or says something that core can rely on',
    rule: 'FAILURES 5.7',
    remedy: 'throw `webhook_rejected` where the body is not what the provider documents',
  },
  'disputes.request': {
    says: 'the same act gives the same bytes each time, without secrets',
    rule: 'FAILURES 2.1, 7.2',
    remedy: 'make requests of the command alone: no clock, no counter, no credentials',
  },
  'disputes.submit': {
    says: 'evidence arrives, is under review then, and may be sent again under the same key',
    rule: 'FAILURES 2.3, 3',
    remedy: 'answer `rejected` to nothing that an earlier sending of the same bytes may have brought about',
  },
  'disputes.resent': {
    says: 'each request of an act may be sent again where its answer was lost, and the act ends all the same',
    rule: 'FAILURES 2.3, 3',
    remedy: 'give each request a key of its own, or answer what was done before as done',
  },
  'disputes.accept': {
    says: 'a dispute that is accepted is over, and may be accepted again under the same key',
    rule: 'FAILURES 2.3, 3',
    remedy: 'answer `rejected` to nothing that an earlier sending of the same bytes may have brought about',
  },
  'disputes.answers': {
    says: 'an answer to an act that proves nothing is `unknown`',
    rule: 'FAILURES 1',
    remedy: 'read success from the body, and everything that is not documented as `unknown`',
  },
} as const satisfies Readonly<Record<string, CaseEntry>>
