import { authenticate } from './authenticate.ts'
import type { Intent } from './payment.ts'
import { Refusal } from './refusal.ts'
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

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh;background:#eef1f6}
main{background:#fff;border-radius:12px;padding:32px;max-width:360px;width:100%;box-sizing:border-box}h1{font-size:20px;margin:0 0 8px}
form{display:grid;gap:8px}button{font:inherit;padding:10px;border-radius:8px;border:1px solid #cbd2dc;background:#fff;cursor:pointer}
button[value=confirm]{background:#1f2a44;border-color:#1f2a44;color:#fff}small{color:#5b6472}`

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${STYLE}</style><main><h1>${title}</h1>${body}</main></html>`

const html = (status: number, body: string): PageAnswer => ({ status, headers: HEADERS, body })
const gone = (): PageAnswer => html(404, page('Nothing to confirm', '<p>This payment waits for no confirmation.</p>'))

// Nothing that a request said stands on the page but digits and the three letters of a checked currency.
const asking = ({ amount, currency, method }: Intent): string =>
  page(
    'Confirm your payment',
    `<p>Your bank asks: do you want to pay <strong id="amount">${amount} ${currency.toUpperCase()}</strong> (in the smallest unit)${
      method === null ? '' : ` with the card ending in ${method.card.last4}`
    }?</p>
<form method="post"><button name="outcome" value="confirm" id="confirm">Confirm</button>
<button name="outcome" value="fail" id="fail">Fail</button></form><p><small>A double of Stripe: no money moves here.</small></p>`,
  )

/** Where a buyer is sent back to, with what Stripe adds to the query. */
const backTo = (returnUrl: string, query: Readonly<Record<string, string>>): string | null => {
  if (!URL.canParse(returnUrl)) return null
  const url = new URL(returnUrl)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}

const PREFIX = '/authenticate/'

/** Serves the page where a buyer authenticates, or null for any other path. */
export const servePage = (state: State, method: string, url: string, body: string): PageAnswer | null => {
  if (!url.startsWith(PREFIX)) return null
  const [id = ''] = url.slice(PREFIX.length).split('/')
  const intent = state.intents.get(id)
  if (intent === undefined || intent.challenge === null || !intent.challenge.url.endsWith(url)) return gone()
  if (method === 'GET') return html(200, asking(intent))
  if (method !== 'POST') return html(405, page('Not allowed', '<p>This page is read, or answered.</p>'))
  const outcome = new URLSearchParams(body).get('outcome')
  if (outcome !== 'confirm' && outcome !== 'fail')
    return html(400, page('Not understood', '<p>Confirm it, or fail it.</p>'))
  try {
    state.now = state.options.clock.now()
    const query = authenticate(state, intent, outcome)
    const location = intent.returnUrl === null ? null : backTo(intent.returnUrl, query)
    if (location !== null) return { status: 303, headers: { ...HEADERS, location }, body: '' }
    return html(200, page('Thank you', '<p>You can close this page and go back to the shop.</p>'))
  } catch (error) {
    if (error instanceof Refusal) return gone()
    throw error
  }
}
