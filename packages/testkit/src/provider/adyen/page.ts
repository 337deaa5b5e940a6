import { formatAmount, isFlorinError } from '@florin/core'
import { toIso } from './minor-units.ts'
import type { Payment } from './payment.ts'
import { PAGE_PATH } from './payment-response.ts'
import { answerAtPage, offeredPayment } from './shopper.ts'
import type { State } from './state.ts'

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

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh;background:#f3f4f6;color:#111827}
main{background:#fff;border-radius:12px;padding:32px;max-width:360px;width:100%;box-sizing:border-box;box-shadow:0 1px 3px #0003}
h1{font-size:20px;margin:0 0 8px}p{margin:0 0 16px}form{display:grid;gap:8px}
button{font:inherit;padding:10px;border-radius:8px;border:1px solid #d1d5db;background:#fff;cursor:pointer}
button[value=confirm]{background:#111827;border-color:#111827;color:#fff}small{color:#6b7280}`

const html = (status: number, title: string, body: string): PageAnswer => ({
  status,
  headers: HEADERS,
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${STYLE}</style><main><h1>${title}</h1>${body}</main></html>`,
})

const gone = (): PageAnswer => html(404, 'Nothing to confirm', '<p>This payment waits for no confirmation.</p>')

/** Serves the page where a shopper confirms or fails, or null for any other path. */
export const servePage = (state: State, method: string, path: string, body: string): PageAnswer | null => {
  if (!path.startsWith(PAGE_PATH)) return null
  const id = path.slice(PAGE_PATH.length)
  if (method === 'GET') {
    const payment = offeredPayment(state, id)
    return payment?.offer?.id === id && payment.offer.answer === null ? question(payment) : gone()
  }
  const answer = new URLSearchParams(body).get('answer')
  if (method !== 'POST' || (answer !== 'confirm' && answer !== 'fail'))
    return html(400, 'Not understood', '<p>Confirm it, or fail it.</p>')
  try {
    return { status: 303, headers: { ...HEADERS, location: answerAtPage(state, id, answer) }, body: '' }
  } catch (error) {
    if (isFlorinError(error)) return gone()
    throw error
  }
}

const question = ({ amount, currency, card, type }: Payment): PageAnswer => {
  const price = `${formatAmount(toIso(amount, currency), currency)} ${currency}`
  const what = card === null ? type : `${card.brand} ending in ${card.last4}`
  return html(
    200,
    'Confirm your payment',
    `<p>Do you want to pay <strong id="amount">${escapeHtml(price)}</strong> with ${escapeHtml(what)}?</p>
<form method="post"><button name="answer" value="confirm" id="confirm">Confirm</button>
<button name="answer" value="fail" id="fail">Fail</button></form>
<p><small>A double of Adyen: no money moves here.</small></p>`,
  )
}
