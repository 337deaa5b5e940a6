import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launch, noBrowser, type OpenPage, openPage } from './test-browser.ts'
import { createFolders, startTestServer, type TestServer } from './test-server.ts'

const folders = createFolders()
afterAll(folders.remove)

describe.skipIf(noBrowser !== null)(
  `the shop page in a browser${noBrowser === null ? '' : ` (${noBrowser})`}`,
  { timeout: 60_000 },
  () => {
    let browser: Browser
    let server: TestServer
    let page: Page
    let shop: OpenPage['shop']
    let complaints: OpenPage['complaints']

    beforeAll(async () => {
      server = await startTestServer(folders.make())
      browser = await launch()
    }, 60_000)
    afterAll(async () => {
      await browser.close()
      await server.stop()
    })
    beforeEach(async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
      ;({ page, shop, complaints } = await openPage(context, server.url))
    })
    afterEach(async () => {
      await page.context().close()
      expect(complaints()).toEqual({ errors: [], foreign: [] })
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

    it('sends the buyer by a form where the bank wants one, and takes them back', async () => {
      // The sandbox asks for no form; its page takes one, though, with what its button would send.
      await page.route(/\/v1\/payments\/pay_\w+$/, async (route) => {
        const response = await route.fetch()
        const payment = await response.json()
        const asForm = { ...payment.action, method: 'POST', data: { result: 'pass', submit: '"><script>' } }
        const json = payment.status === 'requires_action' ? { ...payment, action: asForm } : payment
        await route.fulfill({ response, json })
      })
      const reference = 'by-form'
      const method = { type: 'card', token: 'tok_3ds' }
      const returnUrl = `${server.url}/?order=${reference}`
      const order = { reference, amount: '49.90', currency: 'EUR', method, returnUrl }
      const { id } = (await server.api.create(order)).body
      await page.goto(`${server.url}/bank.html?payment=${id}`)
      await shop.status('paid')
      await page.goto(`${server.url}/bank.html?payment=${id}`) // nothing to do there any more
      await shop.status('paid')
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
      complaints() // the browser reports every 422 on its console
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

    it('follows a payment that is decided later', async () => {
      await shop.choose('tok_pending')
      await shop.pay()
      await shop.status('processing')
      await shop.status('paid') // without anybody's doing
    })

    it('takes a card whose gateway answers slowly', async () => {
      await shop.choose('tok_slow')
      await shop.pay()
      await shop.status('paid') // by the answer, or by the webhook that was faster
    })

    it('goes on when the server was started anew', async () => {
      await shop.pay()
      await shop.status('paid')
      await server.stop()
      server = await server.again({ PORT: `${server.example.port}` })
      await shop.press('Refund')
      await page.locator('#message', { hasText: 'given back in full' }).waitFor()
      complaints() // of the 401 that told it so
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
