import { isFlorinError } from '@florin/core'
import type { Acquirer } from '../acquirer/acquirer.ts'
import { challengePage, messagePage } from './page.ts'

/** An answer to a browser. */
export interface PageAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const HEADERS = Object.freeze({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
})

const PATH = /^\/challenge\/(ch_[0-9a-z]+)$/

const html = (status: number, body: string): PageAnswer => ({ status, headers: HEADERS, body })
const gone = (): PageAnswer => html(404, messagePage('Nothing to confirm', 'This payment waits for no confirmation.'))

/** Serves the challenge page, or null for any other path. The buyer's answer is kept; the return carries it to the merchant. */
export const serveChallenge = (acquirer: Acquirer, method: string, path: string, body: string): PageAnswer | null => {
  const id = PATH.exec(path.split('?')[0] ?? '')?.[1]
  if (id === undefined) return null
  const charge = acquirer.charge(id)
  if (charge === undefined) return gone()
  if (method === 'GET') return charge.status === 'requires_action' ? html(200, challengePage(charge)) : gone()
  if (method !== 'POST') return html(405, messagePage('Not allowed', 'This page is read, or answered.'))
  const result = new URLSearchParams(body).get('result')
  if (result !== 'pass' && result !== 'fail') return html(400, messagePage('Not understood', 'Approve it, or fail it.'))
  return answer(acquirer, id, result)
}

const answer = (acquirer: Acquirer, id: string, result: 'pass' | 'fail'): PageAnswer => {
  try {
    const { redirectUrl } = acquirer.challenge(id, result)
    if (redirectUrl !== null) return { status: 303, headers: { ...HEADERS, location: redirectUrl }, body: '' }
    return html(200, messagePage('Thank you', 'You can close this page and go back to the shop.'))
  } catch (error) {
    if (isFlorinError(error)) return gone()
    throw error
  }
}
