import { createHash, timingSafeEqual } from 'node:crypto'

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()

const SCHEME = /^Basic +/i

/** Whether an `authorization` header is the expected one. Takes the same time whatever is wrong about it; an empty password is never right. */
export const isAuthorized = (header: string | undefined, user: string, password: string): boolean => {
  if (header === undefined || user === '' || password === '' || !SCHEME.test(header)) return false
  const expected = Buffer.from(`${user}:${password}`, 'utf8').toString('base64')
  return timingSafeEqual(digest(header.replace(SCHEME, '').trim()), digest(expected))
}
