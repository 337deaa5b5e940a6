import { Refusal } from '../problems/refusal.ts'

const JSON_TYPE = 'application/json'
const MOST_SHOWN = 60

const quoted = (value: string): string => `'${value.slice(0, MOST_SHOWN).replaceAll(/[^\x20-\x7e]/g, '?')}'`

const refuse = (message: string, accept = JSON_TYPE): never => {
  throw new Refusal('unsupported_media_type', message, { headers: { accept } })
}

const checkEncoding = (headers: Headers, accept = JSON_TYPE): void => {
  const encoding = headers.get('content-encoding')
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity')
    refuse(`the body's content-encoding is ${quoted(encoding)}: send it uncompressed`, accept)
}

/** Refuses a body that its headers do not declare to be plain JSON in UTF-8 (RFC 8259: no other encoding is interoperable). */
export const checkJsonType = (headers: Headers): void => {
  const given = headers.get('content-type')
  if (given === null) return refuse(`the body has no content-type: send 'content-type: ${JSON_TYPE}'`)
  const [type = '', ...parameters] = given.split(';').map((part) => part.trim().toLowerCase())
  if (type !== JSON_TYPE) refuse(`the body is ${quoted(given)}: send 'content-type: ${JSON_TYPE}'`)
  for (const parameter of parameters) {
    const charset = /^charset\s*=\s*"?([^"]*)"?$/.exec(parameter)?.[1]
    if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
      refuse(`the body's charset is ${quoted(charset)}: send JSON in UTF-8`)
    }
  }
  checkEncoding(headers)
}

/** Refuses a body that is a form with a file in it, or compressed: a file is the body itself, of whatever type. */
export const checkFileType = (headers: Headers): void => {
  const given = headers.get('content-type') ?? ''
  if (/^\s*(?:multipart\/|application\/x-www-form-urlencoded)/i.test(given))
    refuse(`the body is a form (${quoted(given)}): send the file itself, such as with curl --data-binary @file`, '*/*')
  checkEncoding(headers, '*/*')
}
