/** The element with this id; a page without it is broken. */
export const byId = (id) => {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}

/** A new element. Text is always set as text, never parsed as HTML: what comes from a server stays text. */
export const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== false && value !== undefined) element.setAttribute(name, value)
  }
  element.append(...children.filter((child) => child !== undefined && child !== null))
  return element
}

/** A cell with a ledger account's path, which may break after a slash and nowhere else. */
export const pathCell = (path) => {
  const cell = make('td')
  for (const part of path.split(/(?<=\/)/)) cell.append(part, make('wbr'))
  return cell
}

/** Replaces the rows of a table's body. */
export const fillRows = (table, rows) => table.tBodies[0].replaceChildren(...rows)

/** A message in a tone, or nothing. */
export const say = (element, text, tone = '') => {
  element.textContent = text
  element.dataset.tone = tone
}

/** The time of day of an instant, with the whole of it for those who hover. */
export const timeOf = (iso) => {
  const at = new Date(iso)
  const shown = at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
  return make('time', { datetime: iso, title: at.toLocaleString() }, shown)
}
