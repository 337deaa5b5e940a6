import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import type { StripeDouble } from '../../src/stripe.ts'
import { refusalOf, sale, start } from './start.ts'

const PDF = Buffer.concat([Buffer.from('%PDF-1.7\r\n--not-a-boundary\r\n'), Buffer.from([0, 255, 13, 10, 128, 45, 45])])

/** The official SDK, which has one host for files and one for the rest: both are the double. */
const sdk = (double: StripeDouble, apiKey = 'sk_test_florin'): Stripe =>
  new Stripe(apiKey, {
    maxNetworkRetries: 0,
    httpClient: Stripe.createFetchHttpClient((input: string | Request | URL, init?: RequestInit) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input)
      return fetch(`${double.url}${pathname}${search}`, init)
    }),
  })

const upload = (stripe: Stripe, data: Buffer, name = 'note é".pdf', key?: string) =>
  stripe.files.create(
    { purpose: 'dispute_evidence', file: { data, name, type: 'application/pdf' } },
    key === undefined ? {} : { idempotencyKey: key },
  )

describe('a file', () => {
  it('is uploaded by the official SDK, whatever its bytes are', async () => {
    const { double } = await start()
    const stripe = sdk(double)
    const file = await upload(stripe, PDF)
    expect(file).toMatchObject({ object: 'file', purpose: 'dispute_evidence', size: PDF.length, type: 'pdf' })
    expect(await stripe.files.retrieve(file.id)).toEqual(file)
  })

  it('is the same file under the same key, and no other one', async () => {
    const { double } = await start()
    const stripe = sdk(double)
    const post = (bytes: Buffer) => {
      const form = new FormData()
      form.set('purpose', 'dispute_evidence')
      form.set('file', new Blob([new Uint8Array(bytes)]), 'a.pdf')
      const headers = { authorization: 'Bearer sk_test_florin', 'idempotency-key': 'k1' }
      return fetch(`${double.url}/v1/files`, { method: 'POST', headers, body: form })
    }
    const ids = [await post(PDF), await post(PDF)].map(async (answer) => ((await answer.json()) as { id: string }).id)
    const [first, second] = await Promise.all(ids)
    expect(first).toMatch(/^file_/)
    expect(second).toBe(first)
    expect((await post(Buffer.from('%PDF-other'))).status).toBe(400)
    expect((await stripe.files.retrieve(first ?? '')).id).toBe(first)
  })

  it.each([
    ['too large', Buffer.concat([PDF, Buffer.alloc(5_000_000)])],
    ['no document', Buffer.from('#!/bin/sh')],
  ])('that is %s is refused', async (_, bytes) => {
    const { double } = await start()
    expect(await refusalOf(upload(sdk(double), bytes))).toMatchObject({ statusCode: 400, param: 'file' })
  })

  it('is evidence by its id, of its own account only', async () => {
    const accounts = { default: { apiKey: 'sk_test_florin' }, other: { apiKey: 'sk_test_other' } }
    const { double, stripe } = await start({ accounts })
    await stripe.paymentIntents.create(sale())
    const dispute = double.dashboard.openDispute('att_1')
    const [own, foreign] = [await upload(sdk(double), PDF), await upload(sdk(double, 'sk_test_other'), PDF)]
    for (const receipt of [foreign.id, 'file_none'])
      expect(await refusalOf(stripe.disputes.update(dispute, { evidence: { receipt } }))).toMatchObject({
        code: 'resource_missing',
        param: 'evidence[receipt]',
      })
    const answered = await stripe.disputes.update(dispute, { evidence: { receipt: own.id } })
    expect(answered).toMatchObject({ status: 'under_review', evidence: { receipt: own.id } })
  })

  it('that does not end with its boundary is refused', async () => {
    const { double } = await start()
    const answer = await fetch(`${double.url}/v1/files`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_florin', 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\ncontent-disposition: form-data; name="purpose"\r\n\r\ndispute_evidence',
    })
    expect(answer.status).toBe(400)
  })
})
