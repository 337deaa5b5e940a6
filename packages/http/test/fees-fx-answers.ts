import type { Florin } from '@florin/core'
import type { Ask, Told } from './world.ts'

/** Makes a request and keeps what it answered, under its operation. */
export type Tell = (operationId: string, method: string, path: string, more?: Ask) => Promise<Told>

/** Every kind of answer about fees. */
export const tellOfFees = async (tell: Tell, florin: Florin): Promise<void> => {
  await florin.for('mer_alice').fees.set({ rules: [{ name: 'all', percent: '1' }] }, { expect: 0 })
  await tell('listFeeSchedules', 'GET', '/v1/fees')
  await tell('getFeeVolume', 'GET', '/v1/fees/volume')
  await tell('quoteFee', 'POST', '/v1/fees/quote', { body: { amount: '10.00', currency: 'EUR' } })
  await tell('quoteFee', 'POST', '/v1/fees/quote', { body: { amount: '10.00' } })
}

/** Every kind of answer about exchange; EUR into USD has a rate, and EUR into JPY has none. */
export const tellOfExchange = async (tell: Tell, florin: Florin): Promise<void> => {
  const exchange = { from: 'EUR', to: 'USD', amount: '10.00' }
  const promised = await tell('createFxQuote', 'POST', '/v1/fx/quotes', { body: exchange })
  await tell('createFxQuote', 'POST', '/v1/fx/quotes', { body: { ...exchange, to: 'JPY' } })
  const quote = `/v1/fx/quotes/${promised.json.id}`
  await tell('getFxQuote', 'GET', quote)
  await tell('getFxQuote', 'GET', '/v1/fx/quotes/fxq_none')
  await tell('convertFxQuote', 'POST', `${quote}/convert`)
  await tell('convertFxQuote', 'POST', `${quote}/convert`, { body: { seller: 'ann' } })
  const method = { type: 'card', token: 'tok_approve' } as const
  const sale = { reference: 'exposed', amount: '10.00', currency: 'EUR', method, settle: { currency: 'USD' } }
  await florin.for('mer_ops').payments.create(sale)
  const money = { from: 'USD', to: 'EUR', sold: '10.00', bought: '9.00', fee: { amount: '0.10', currency: 'EUR' } }
  const trade = { reference: 'T-1', counterparty: 'bank', by: 'ann', ...money }
  await tell('executeFxHedge', 'POST', '/v1/fx/hedges', { as: 'ops', body: trade })
  await tell('executeFxHedge', 'POST', '/v1/fx/hedges', { as: 'ops', body: { ...trade, sold: '11.00' } })
  await tell('executeFxHedge', 'POST', '/v1/fx/hedges', { body: trade })
  await tell('listFxHedges', 'GET', '/v1/fx/hedges', { as: 'ops' })
  await tell('getFxHedge', 'GET', '/v1/fx/hedges/T-1', { as: 'ops' })
  await tell('getFxHedge', 'GET', '/v1/fx/hedges/T-2', { as: 'ops' })
  await tell('getFxExposure', 'GET', '/v1/fx/exposure', { as: 'ops' })
}
