const LOOK_MS = 1_000
const MOST_ROWS = 50

const byId = (id) => document.getElementById(id)

const cell = (text, className = '') => {
  const made = document.createElement('td')
  made.textContent = text
  made.className = className
  return made
}

const notice = (text) => {
  byId('notice').textContent = text
  byId('notice').hidden = text === ''
}

const ask = async (path, body) => {
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(path, body === undefined ? {} : sent)
  const answer = await response.json()
  if (!response.ok) throw new Error(answer.detail)
  return answer
}

const drawSwitches = ({ trouble, troubles }) => {
  const holder = byId('troubles')
  if (holder.childElementCount === 0)
    for (const [name, words] of Object.entries(troubles)) {
      const button = document.createElement('button')
      button.type = 'button'
      button.dataset.trouble = name
      button.textContent = words
      button.addEventListener('click', () => act(() => ask('/trouble', { trouble: name })))
      holder.append(button)
    }
  for (const button of holder.children) button.setAttribute('aria-pressed', String(button.dataset.trouble === trouble))
}

const drawBooks = ({ data }) => {
  const rows = data
    .slice(-MOST_ROWS)
    .reverse()
    .map(({ id, currency, state, amount, authorized, captured, refunded }) => {
      const row = document.createElement('tr')
      const held = state === 'authorized' ? authorized : ''
      row.append(cell(`${id} · ${amount} ${currency}`), cell(state))
      row.append(...[held, captured, refunded].map((each) => cell(each, 'number')))
      return row
    })
  byId('books').tBodies[0].replaceChildren(...rows)
}

const draw = async (state) => {
  const name = state.provider.charAt(0).toUpperCase() + state.provider.slice(1)
  document.title = `${name}’s switches`
  byId('name').textContent = name
  byId('where').textContent = `${state.url}, process ${state.process}; ${state.requests} requests so far.`
  byId('trouble').textContent = state.troubles[state.trouble].split(':')[0]
  byId('trouble').dataset.status = state.trouble === 'none' ? 'succeeded' : 'declined'
  byId('totals').textContent = state.totals
    .map(
      ({ currency, held, captured, refunded }) =>
        `${currency}: ${held} held, ${captured} captured, ${refunded} refunded`,
    )
    .join(' · ')
  drawSwitches(state)
  drawBooks(await ask('/books'))
}

const act = async (what) => {
  try {
    await draw(await what())
    notice('')
  } catch (error) {
    notice(error instanceof TypeError ? 'The process is gone. Start it again, and this page goes on.' : error.message)
  }
}

const look = async () => {
  if (!document.hidden) await act(() => ask('/state'))
  setTimeout(look, LOOK_MS)
}

await look()
document.documentElement.dataset.ready = 'true'
