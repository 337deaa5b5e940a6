import type { WireCharge } from '../wire.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')

const priceOf = ({ amount, currency }: WireCharge): string => {
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 0
  if (digits === 0) return `${amount} ${currency}`
  const padded = amount.padStart(digits + 1, '0')
  return `${padded.slice(0, -digits)}.${padded.slice(-digits)} ${currency}`
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh;background:#f3f4f6;color:#111827}
main{background:#fff;border-radius:12px;padding:32px;max-width:360px;width:100%;box-sizing:border-box;box-shadow:0 1px 3px #0003}
h1{font-size:20px;margin:0 0 8px}p{margin:0 0 16px}form{display:grid;gap:8px}
button{font:inherit;padding:10px;border-radius:8px;border:1px solid #d1d5db;background:#fff;cursor:pointer}
button[value=pass]{background:#111827;border-color:#111827;color:#fff}small{color:#6b7280}`

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${STYLE}</style><main>${body}</main></html>`

/** The challenge page: what a bank's 3-D Secure page would be. */
export const challengePage = (charge: WireCharge): string =>
  page(
    'Confirm your payment',
    `<h1>Confirm your payment</h1>
<p>Sandbox bank asks: do you want to pay <strong id="amount">${escapeHtml(priceOf(charge))}</strong>${
      charge.instrument === null
        ? ''
        : ` with ${escapeHtml(charge.instrument.network)} ending in ${escapeHtml(charge.instrument.last4)}`
    }?</p>
<form method="post"><button name="result" value="pass" id="approve">Approve</button>
<button name="result" value="fail" id="fail">Fail</button></form>
<p><small>No money moves here.</small></p>`,
  )

/** Shown where there is nothing to confirm, or nowhere to return to. */
export const messagePage = (title: string, text: string): string =>
  page(escapeHtml(title), `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`)
