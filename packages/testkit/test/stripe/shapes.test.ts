import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type Stripe from 'stripe'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { wireTransaction } from '../../src/provider/stripe/balance-transaction.ts'
import type { wireCharge } from '../../src/provider/stripe/charge.ts'
import type { wireDispute } from '../../src/provider/stripe/dispute.ts'
import {
  CANCEL_INTENT,
  CAPTURE_INTENT,
  CONFIRM_INTENT,
  CREATE_INTENT,
  CREATE_REFUND,
  UPDATE_DISPUTE,
  UPDATE_INTENT,
} from '../../src/provider/stripe/endpoints.ts'
import type { wireIntent } from '../../src/provider/stripe/intent.ts'
import type { Parameters } from '../../src/provider/stripe/parameters.ts'
import type { wirePaymentMethod } from '../../src/provider/stripe/payment-method.ts'
import type { wireRefund } from '../../src/provider/stripe/refund.ts'
import { hold, start } from './start.ts'

const PACKAGE = `${dirname(dirname(fileURLToPath(import.meta.resolve('stripe'))))}/esm`

/** The members that the official types say are always there. */
const required = (file: string, name: string): string[] => {
  const text = readFileSync(`${PACKAGE}/resources/${file}.d.ts`, 'utf8')
  const body = new RegExp(`^export interface ${name} \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(text)?.[1] ?? ''
  return [...body.matchAll(/^ {4}(\w+):/gm)].map(([, member = '']) => member)
}

const DATA = process.env.FLORIN_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url))
const FIXTURES = `${DATA}/stripe/fixtures3-2026-08.json`
const SCHEMA = `${DATA}/stripe/types-23.1.0.schema.json`

const objects = async () => {
  const { double, stripe } = await start()
  const intent = await stripe.paymentIntents.create(hold())
  await stripe.paymentIntents.capture(intent.id)
  const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 100 })
  const charge = await stripe.charges.retrieve(String(intent.latest_charge), { expand: ['refunds'] })
  const transaction = await stripe.balanceTransactions.retrieve(String(charge.balance_transaction))
  const method = await stripe.paymentMethods.retrieve(String(intent.payment_method))
  const dispute = await stripe.disputes.retrieve(double.dashboard.openDispute(intent.id))
  return { intent, charge, refund, transaction, method, dispute }
}

describe('the objects', () => {
  it('have the types of the official package, in depth', () => {
    expectTypeOf<ReturnType<typeof wireIntent>>().toExtend<Stripe.PaymentIntent>()
    expectTypeOf<ReturnType<typeof wireCharge>>().toExtend<Stripe.Charge>()
    expectTypeOf<ReturnType<typeof wireRefund>>().toExtend<Stripe.Refund>()
    expectTypeOf<ReturnType<typeof wireDispute>>().toExtend<Stripe.Dispute>()
    expectTypeOf<ReturnType<typeof wireTransaction>>().toExtend<Stripe.BalanceTransaction>()
    expectTypeOf<ReturnType<typeof wirePaymentMethod>>().toExtend<Stripe.PaymentMethod>()
  })

  it('have every member that the official types require', async () => {
    const { intent, charge, refund, transaction, method, dispute } = await objects()
    for (const [object, file, name] of [
      [intent, 'PaymentIntents', 'PaymentIntent'],
      [charge, 'Charges', 'Charge'],
      [refund, 'Refunds', 'Refund'],
      [transaction, 'BalanceTransactions', 'BalanceTransaction'],
      [method, 'PaymentMethods', 'PaymentMethod'],
      [dispute, 'Disputes', 'Dispute'],
    ] as const) {
      const members = required(file, name)
      expect(members.length).toBeGreaterThan(8)
      expect(Object.keys(object)).toEqual(expect.arrayContaining(members))
    }
  })

  it('have every member that Stripe shows in its examples', async ({ skip }) => {
    if (!existsSync(FIXTURES))
      skip('no examples of Stripe: set FLORIN_DATA to the folder that has stripe/fixtures3-2026-08.json')
    const { resources } = JSON.parse(readFileSync(FIXTURES, 'utf8')) as { resources: Record<string, object> }
    const { intent, charge, refund, transaction, dispute } = await objects()
    for (const [name, object] of Object.entries({
      payment_intent: intent,
      charge,
      refund,
      balance_transaction: transaction,
      dispute,
    }))
      expect(Object.keys(object)).toEqual(expect.arrayContaining(Object.keys(resources[name] ?? {})))
  })
})

describe('the parameters', () => {
  it('are those of the official types, no more and no fewer', ({ skip }) => {
    if (!existsSync(SCHEMA))
      skip('no schemas of Stripe: set FLORIN_DATA to the folder that has stripe/types-23.1.0.schema.json')
    const { definitions } = JSON.parse(readFileSync(SCHEMA, 'utf8')) as {
      definitions: Record<string, { properties?: Record<string, unknown> }>
    }
    const names = (definition: string) => Object.keys(definitions[definition]?.properties ?? {}).sort()
    const within = (parameters: Parameters, ...path: string[]): string[] => {
      let at: Parameters = parameters
      for (const name of path) at = at[name] as Parameters
      return Object.keys(at).sort()
    }
    for (const [parameters, definition] of [
      [CREATE_INTENT, 'PaymentIntentCreateParams'],
      [UPDATE_INTENT, 'PaymentIntentUpdateParams'],
      [CONFIRM_INTENT, 'PaymentIntentConfirmParams'],
      [CAPTURE_INTENT, 'PaymentIntentCaptureParams'],
      [CANCEL_INTENT, 'PaymentIntentCancelParams'],
      [CREATE_REFUND, 'RefundCreateParams'],
    ] as const)
      expect(within(parameters)).toEqual(names(definition))
    const create = 'PaymentIntentCreateParams'
    expect(within(CREATE_INTENT, 'payment_method_options')).toEqual(names(`${create}.PaymentMethodOptions`))
    expect(within(CREATE_INTENT, 'payment_method_options', 'card')).toEqual(
      names(`${create}.PaymentMethodOptions.Card`),
    )
    expect(within(CREATE_INTENT, 'automatic_payment_methods')).toEqual(names(`${create}.AutomaticPaymentMethods`))
    expect(within(CREATE_INTENT, 'shipping')).toEqual(names(`${create}.Shipping`))
    // The API takes a card's token; the types leave that out.
    expect(within(CREATE_INTENT, 'payment_method_data').filter((name) => name !== 'card')).toEqual(
      names(`${create}.PaymentMethodData`),
    )
  })

  it('of a dispute are those of the official types, too', () => {
    const text = readFileSync(`${PACKAGE}/resources/Disputes.d.ts`, 'utf8')
    const members = (opening: string, indent: string): string[] => {
      const body = text.slice(text.indexOf(opening) + opening.length)
      const own = body.slice(0, body.indexOf(`\n${indent}}`))
      return [...own.matchAll(new RegExp(`^${indent} {4}(\\w+)\\??:`, 'gm'))].map(([, member = '']) => member).sort()
    }
    const params = members('export interface DisputeUpdateParams {', '')
    expect(params.length).toBeGreaterThan(3)
    expect(Object.keys(UPDATE_DISPUTE).sort()).toEqual(params)
    const inParams = text.slice(text.indexOf('export declare namespace DisputeUpdateParams {'))
    expect(inParams).toContain('interface Evidence {')
    const evidence = Object.keys(UPDATE_DISPUTE.evidence as Parameters).sort()
    for (const name of evidence) expect(inParams).toMatch(new RegExp(`^ {8}${name}\\?:`, 'm'))
    expect(evidence.length).toBeGreaterThan(25)
  })
})
