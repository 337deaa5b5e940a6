import { get, Refused } from './api.js'
import { byId, make } from './dom.js'
import { bankUrl } from './payment.js'

const isWeb = (url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)

/** Sends the buyer where the gateway wants to see them, with what it wants them to bring; by a form, for a link sends no form data. */
const go = async (id) => {
  const payment = await get(`/v1/payments/${encodeURIComponent(id)}`)
  if (bankUrl(payment) === undefined || !isWeb(payment.action.url))
    return location.replace(`/?payment=${encodeURIComponent(id)}`) // it has been answered, elsewhere perhaps
  const { url, data = {} } = payment.action
  const form = byId('bank-form')
  form.action = url
  form.hidden = false // for those whose browser does not go by itself
  byId('bank-fields').replaceChildren(
    ...Object.entries(data).map(([name, value]) => make('input', { type: 'hidden', name, value })),
  )
  HTMLFormElement.prototype.submit.call(form) // a field may be named `submit`
}

try {
  await go(new URLSearchParams(location.search).get('payment') ?? '')
} catch (error) {
  if (!(error instanceof Refused)) throw error
  byId('bank-message').textContent = error.message
}
