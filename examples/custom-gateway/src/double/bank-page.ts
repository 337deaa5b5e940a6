import type { Books } from './books.ts'

const PAGE = `<!doctype html><title>Your bank</title><form method="post">
<button formaction="?answer=confirm">Pay</button> <button formaction="?answer=fail">Do not pay</button></form>`

/** The bank's page for an order. The buyer's answer sends the browser back to the shop. */
export const bankPage = (
  books: Books,
  url: URL,
  method: string,
): { readonly status: number; readonly headers: Record<string, string>; readonly body: string } => {
  const order = books.find(({ id }) => url.pathname === `/pay/${id}`)
  if (order === undefined || order.returnUrl === null)
    return { status: 404, headers: {}, body: 'There is nothing to pay.' }
  if (method !== 'POST') return { status: 200, headers: { 'content-type': 'text/html' }, body: PAGE }
  if (!books.answer(order, url.searchParams.get('answer') === 'confirm'))
    return { status: 410, headers: {}, body: 'This payment is over.' }
  const back = new URL(order.returnUrl)
  back.searchParams.set('order', order.id)
  return { status: 303, headers: { location: back.toString() }, body: '' }
}
