import assert from 'node:assert/strict'
import { DECLINE_CLASSES, type Decline } from '@florin/core/gateways'

/** Words that tell a thief that the card is known. */
const TELLING = /fraud|stolen|lost card|lost_card|blacklist|pick ?up|security violation|suspect/i
const CODE = /^[a-z][a-z0-9_]{0,63}$/
const LONGEST = 200

/** A decline must have a class and a code of Florin's, and a message that the buyer may see. */
export const expectBuyerSafe = (decline: Decline): void => {
  const { class: kind, code, message } = decline
  const told = `the decline '${code}' of class ${kind}`
  assert.ok(DECLINE_CLASSES.includes(kind), `${told} has a class that Florin does not know`)
  assert.match(code, CODE, `${told} has a code that is not a short snake_case word of Florin's`)
  assert.ok(message.length > 0 && message.length <= LONGEST, `${told} has a message of ${message.length} characters`)
  assert.ok(!/\d{4,}/.test(message), `${told} has digits in its message, which the buyer may see`)
  assert.ok(
    decline.gatewayCode === null || !message.includes(decline.gatewayCode) || !decline.gatewayCode.includes('_'),
    `${told} shows the provider's own code to the buyer`,
  )
  if (kind === 'hard' || kind === 'fraud') assert.doesNotMatch(message, TELLING, `${told} tells a thief too much`)
}
