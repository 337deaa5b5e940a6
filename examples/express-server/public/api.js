const PAGE = { 'florin-shop': 'page' } // a header that no other origin can send; the cookie says the rest
const MOST_TRIES = 5
const PAUSE_MS = 1_000

/** A refusal as the API words it. */
export class Refused extends Error {
  constructor(problem, status) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`)
    this.code = problem.code ?? 'unknown'
    this.problem = problem
    this.status = status
  }
}

const pause = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

let session = null

const openSession = () => {
  session ??= fetch('/shop/session', { method: 'POST', headers: PAGE }).then(async (response) => {
    if (response.ok) return
    session = null
    throw new Refused(await response.json().catch(() => ({})), response.status)
  })
  return session
}

const send = async (method, path, body, key) => {
  const headers = { ...PAGE }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (key !== undefined) headers['idempotency-key'] = key
  return fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
}

/** Whether asking again is the right answer; with the same key it never charges twice. */
const worthAnotherTry = (response) =>
  response.status === 503 || (response.status === 409 && response.headers.has('retry-after'))

/**
 * Calls the API. A lost connection, or a server that is starting again, is tried again with the same idempotency key: that is what the
 * key is for. Throws `Refused`.
 */
export const call = async (method, path, body, key) => {
  await openSession()
  for (let tries = 1; ; tries += 1) {
    const response = await send(method, path, body, key).catch(() => null)
    const last = tries >= MOST_TRIES || (method !== 'GET' && key === undefined)
    if (response === null) {
      if (last) throw new Refused({ detail: 'The shop cannot be reached. Is the server running?' }, 0)
    } else if (response.status === 401 && tries === 1) {
      session = null // the server was started anew
      await openSession()
      continue
    } else if (response.ok || last || !worthAnotherTry(response)) {
      const answer = await response.json().catch(() => ({}))
      if (response.ok) return answer
      throw new Refused(answer, response.status)
    }
    await pause(PAUSE_MS * tries)
  }
}

// Not crypto.randomUUID, which browsers have on loopback and https only.
const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

export const get = (path) => call('GET', path)
export const post = (path, body = {}) => call('POST', path, body, newKey())
/** A `post` that says itself which key; used where the same act may be repeated later. */
export const postAs = (key, path, body) => call('POST', path, body, key)
