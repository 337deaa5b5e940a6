import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFolders, startTestServer, type TestServer } from './test-server.ts'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const there = existsSync(CHROMIUM)
const QUIET = [
  '--headless',
  '--no-sandbox', // test machines run as root, where Chromium's own sandbox does not start
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const folders = createFolders()
afterAll(folders.remove)

/** The page as a person uses it: by what is written on it. */
const handle = (page: Page) => ({
  choose: async (token: string) => {
    const value = await page.locator(`#card option[data-token='${token}']`).getAttribute('value')
    await page.getByLabel('Card', { exact: true }).selectOption(value)
  },
  pay: () => page.locator('#pay').click(),
  press: (name: string) => page.getByRole('button', { name, exact: true }).click(),
  status: (text: string) => page.locator('#status', { hasText: text }).waitFor(),
  message: () => page.locator('#message').innerText(),
  rows: (table: string) => page.locator(`#${table} tbody tr`).allInnerTexts(),
  total: async (name: string) => page.locator('#amounts div', { hasText: name }).locator('dd').innerText(),
})

describe.skipIf(!there)(
  `the shop page in a browser${there ? '' : ` (skipped: no Chromium at ${CHROMIUM})`}`,
  { timeout: 60_000 },
  () => {
    let browser: Browser
    let server: TestServer
    let page: Page
    let shop: ReturnType<typeof handle>
    const errors: string[] = []
    const foreign: string[] = []

    beforeAll(async () => {
      server = await startTestServer(folders.make())
      browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET })
    }, 60_000)
    afterAll(async () => {
      await browser.close()
      await server.stop()
    })
    beforeEach(async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
      page = await context.newPage()
      page.setDefaultTimeout(10_000)
      page.on('pageerror', (error) => void errors.push(String(error)))
      page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())))
      page.on('request', (request) => {
        const { hostname } = new URL(request.url())
        if (hostname !== '127.0.0.1') foreign.push(request.url())
      })
      await page.goto(server.url)
      await page.locator('html[data-ready]').waitFor()
      shop = handle(page)
    })
    afterEach(async () => {
      await page.context().close()
      expect({ errors: errors.splice(0), foreign: foreign.splice(0) }).toEqual({ errors: [], foreign: [] })
    })

    it('pays by card, and shows the timeline, the ledger entries and the books', async () => {
      await shop.pay()
      await shop.status('paid')
      expect(await shop.total('Captured')).toMatch(/^49\.90\sEUR$/)
      expect((await shop.rows('timeline')).join('\n')).toMatch(/Payment created[\s\S]*Money taken/)
      expect((await shop.rows('ledger')).join('\n')).toContain('merchant/pending/EUR')
      expect(await page.locator('#timeline').isVisible()).toBe(true)
      expect((await shop.rows('recent'))[0]).toMatch(/^order-\w+\s[\s\S]*paid/)
      expect((await shop.rows('balances')).join('\n')).toContain('merchant/pending/EUR')
      await shop.press('Verify everything')
      await page.locator('#verified[data-tone=good]').waitFor()
    })

    it('charges for what is in the basket, and nothing for an empty one', async () => {
      await page.getByLabel('One Linen ledger more').click()
      await shop.pay()
      await shop.status('paid')
      expect(await shop.total('Captured')).toMatch(/^74\.80\sEUR$/)
      expect(await page.locator('#pay').isDisabled()).toBe(true)
      await shop.press('New order')
      for (const name of ['Linen ledger', 'Iron gall ink', 'Brass paperweight'])
        await page.getByLabel(`One ${name} less`).click()
      expect(await page.locator('#pay').isDisabled()).toBe(true)
    })

    it('says why a card was declined, and takes another one', async () => {
      await shop.choose('tok_insufficient_funds')
      await shop.pay()
      await shop.status('declined')
      expect(await shop.message()).toContain('There is not enough money on the account')
      await shop.choose('tok_approve')
      await shop.press('Pay with this card instead')
      await shop.status('paid')
      expect((await shop.rows('timeline')).join('\n')).toMatch(/Declined[\s\S]*Another card tried[\s\S]*Money taken/)
    })

    it('sends the buyer to the bank and takes them back', async () => {
      await shop.choose('tok_3ds')
      await shop.pay()
      await page.getByRole('button', { name: 'Approve' }).click()
      await page.locator('html[data-ready]').waitFor()
      await shop.status('paid')
      expect(page.url()).toMatch(/\?payment=pay_\w+$/) // what the bank gave is gone from the address
      await page.reload()
      await shop.status('paid')
    })

    it('says so where the buyer failed at the bank', async () => {
      await shop.choose('tok_3ds')
      await shop.pay()
      await page.getByRole('button', { name: 'Fail' }).click()
      await shop.status('declined')
      expect(await shop.message()).toContain('Nothing was charged')
    })

    it('lets a buyer who came back from the bank without an answer go there again', async () => {
      await shop.choose('tok_3ds')
      await shop.pay()
      await page.getByRole('button', { name: 'Approve' }).waitFor()
      await page.goBack()
      await page.goto(server.url)
      await page.locator('#recent button').first().click()
      await shop.status('waiting for the buyer')
      await page.getByRole('link', { name: 'Go to the bank' }).click()
      await page.getByRole('button', { name: 'Approve' }).click()
      await shop.status('paid')
    })

    it('reserves money, captures a part, and the rest later', async () => {
      await page.getByLabel('Reserve now, capture later').check()
      await shop.pay()
      await shop.status('reserved')
      await page.getByLabel(/^Capture, at most/).fill('20,5')
      await page.getByLabel('keep the rest reserved').check()
      await shop.press('Capture')
      await page.locator('#amounts', { hasText: '20.50' }).waitFor()
      expect(await page.getByLabel(/^Capture, at most/).inputValue()).toBe('29.40')
      await shop.press('Capture')
      await page.locator('#amounts', { hasText: /Captured\s*49\.90/ }).waitFor()
    })

    it('says what the API refuses, and goes on', async () => {
      await page.getByLabel('Reserve now, capture later').check()
      await shop.pay()
      await shop.status('reserved')
      await page.getByLabel(/^Capture, at most/).fill('500')
      await shop.press('Capture')
      expect(await page.getByRole('alert').innerText()).toMatch(/500\.00.*49\.90/)
      errors.splice(0) // the browser reports every 422 on its console
      await shop.press('Cancel the payment')
      await shop.status('canceled')
      expect(await page.getByRole('alert').isVisible()).toBe(false)
    })

    it('gives money back, a part and then the rest', async () => {
      await shop.pay()
      await shop.status('paid')
      await page.getByLabel(/^Refund, at most/).fill('10')
      await shop.press('Refund')
      await page.locator('#message', { hasText: 'of it were given back' }).waitFor()
      expect(await shop.total('Refunded')).toMatch(/^10\.00/)
      await shop.press('Refund')
      await page.locator('#message', { hasText: 'given back in full' }).waitFor()
      expect(await page.getByLabel(/^Refund, at most/).count()).toBe(0)
      expect((await shop.rows('timeline')).join('\n')).toContain('Money given back')
    })

    it.each(['tok_pending', 'tok_slow'])('follows a payment that is decided later: %s', async (token) => {
      await shop.choose(token)
      await shop.pay()
      await shop.status('processing')
      await shop.status('paid') // without anybody's doing
    })

    it('goes on when the server was started anew', async () => {
      await shop.pay()
      await shop.status('paid')
      await server.stop()
      server = await server.again({ PORT: `${server.example.port}` })
      await shop.press('Refund')
      await page.locator('#message', { hasText: 'given back in full' }).waitFor()
      errors.splice(0) // of the 401 that told it so
    })

    it('can be used with the keyboard alone, and names all that it shows', async () => {
      await page.locator('#pay').focus()
      await page.keyboard.press('Enter')
      await shop.status('paid')
      expect(await page.evaluate('document.activeElement.id')).toBe('payment')
      const nameless = await page.evaluate(`[...document.querySelectorAll('input, select, button, a')]
        .filter((one) => !one.labels?.length && !one.hasAttribute('aria-label') && one.textContent.trim() === '')
        .map((one) => one.outerHTML)`)
      expect(nameless).toEqual([])
    })

    it.each([320, 390, 768, 1280])('fits a window of %i pixels', async (width) => {
      await page.setViewportSize({ width, height: 800 })
      await shop.pay()
      await shop.status('paid')
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    })
  },
)
