import { DECLINE_CLASSES, type DeclineClass } from '@florin/core/gateways'
import { expect, test } from 'vitest'
import { NO_DATA, referenceData } from '../../test/schemas.ts'
import { REFUSAL_REASONS } from './refusal-reasons.ts'

/** FAILURES section 4, by class. */
const LAW: Readonly<Partial<Record<DeclineClass, readonly number[]>>> = {
  configuration: [7, 21],
  technical: [4, 9],
  soft_balance: [12, 28, 29],
  soft_generic: [2, 3, 27],
  customer_action: [6, 8, 11, 16, 17, 18, 24, 32, 33, 36, 38, 39, 42, 43],
  hard: [5, 10, 23, 25, 26, 34, 35],
  fraud: [14, 20, 22, 31],
  cap: [46],
}

test('every code has the class of the rules, and there are no others', () => {
  for (const kind of DECLINE_CLASSES) {
    const codes = [...REFUSAL_REASONS].filter(([, reason]) => reason.class === kind).map(([code]) => Number(code))
    expect([kind, codes.sort((a, b) => a - b)]).toEqual([kind, LAW[kind] ?? []])
  }
})

test('fraud has one code and a message that tells nothing', () => {
  for (const { class: kind, code, message } of REFUSAL_REASONS.values())
    if (kind === 'fraud') expect({ code, telling: /fraud/i.test(message) }).toEqual({ code: 'fraud', telling: false })
})

test('only codes that the test environment has are mapped, and those left out are left out on purpose', ({ skip }) => {
  const text = referenceData('adyen/adyen-test-refusals.json')
  if (text === null) return skip(NO_DATA)
  const codes = (JSON.parse(text) as { refusalReasonCode: string }[]).map(({ refusalReasonCode }) => refusalReasonCode)
  for (const code of REFUSAL_REASONS.keys()) expect(codes).toContain(code)
  const left = codes.filter((code) => !REFUSAL_REASONS.has(code))
  expect(left).toEqual(['0', '1', '13', '15', '19', '30', '37', '40', '41', '44', '45'])
})
