import { describe, expect, it } from 'vitest'
import { createShopSession, type ShopSession } from './session.ts'

const asking = (headers: Readonly<Record<string, string>>) => ({ header: (name: string) => headers[name] ?? null })
const PAGE = { 'florin-shop': 'page', host: '127.0.0.1:3000' }
const names = new Set(['127.0.0.1', 'localhost'])
const session = (enabled = true): ShopSession => createShopSession({ merchant: 'mer_demo', enabled, names })
const cookieOf = (from: ShopSession): string => from.open(asking(PAGE)).split(';')[0] ?? ''

describe('the shop page’s session', () => {
  it('acts for the shop’s merchant', () => {
    const own = session()
    expect(own.merchantOf(asking({ ...PAGE, cookie: `other=1; ${cookieOf(own)}` }))).toBe('mer_demo')
  })

  it('is a cookie that scripts cannot read and other sites cannot send', () => {
    expect(session().open(asking(PAGE))).toMatch(/^florin_shop=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  })

  it('ends with the process that gave it', () => {
    expect(session().merchantOf(asking({ ...PAGE, cookie: cookieOf(session()) }))).toBeNull()
  })

  it('is for nobody else: no cookie, no header, another name of this address', () => {
    const own = session()
    const cookie = cookieOf(own)
    for (const headers of [
      PAGE,
      { ...PAGE, cookie: 'florin_shop=' },
      { host: PAGE.host, cookie },
      { ...PAGE, host: 'evil.example:3000', cookie },
      { 'florin-shop': 'page', cookie },
    ])
      expect(own.merchantOf(asking(headers))).toBeNull()
  })

  it('is not opened by another origin, which cannot send the header, nor by a name that was rebound to us', () => {
    expect(() => session().open(asking({ host: PAGE.host }))).toThrow(/shop page of this server/)
    expect(() => session().open(asking({ ...PAGE, host: 'evil.example' }))).toThrow(/shop page of this server/)
  })

  it('is not given at all where others can reach the server', () => {
    expect(() => session(false).open(asking(PAGE))).toThrow(/SHOP=on/)
  })
})
