import type { ProviderDouble } from '@florin/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launch, noBrowser, type OpenPage, openPage } from './test-browser.ts'
import { PROVIDERS } from './test-providers.ts'
import { createFolders, startTestServer, type TestServer } from './test-server.ts'

const folders = createFolders()
afterAll(folders.remove)

describe.skipIf(noBrowser !== null).each(PROVIDERS)(
  `the shop page with $name behind it${noBrowser === null ? '' : ` (${noBrowser})`}`,
  { timeout: 60_000 },
  ({ tokens, title, start }) => {
    let browser: Browser
    let server: TestServer
    let double: ProviderDouble
    let page: Page
    let shop: OpenPage['shop']
    let complaints: OpenPage['complaints']

    beforeAll(async () => {
      const started = await start(() => server.url, { decidesAfterMs: 300 })
      double = started.double
      server = await startTestServer(folders.make(), started.env)
      browser = await launch()
    }, 60_000)
    afterAll(async () => {
      await browser.close()
      await server.stop()
      await double.close()
    })
    beforeEach(async () => {
      const context = await browser.newContext({ viewport: { width: 390, height: 800 } })
      ;({ page, shop, complaints } = await openPage(context, server.url))
    })
    afterEach(async () => {
      await page.context().close()
      expect(complaints()).toEqual({ errors: [], foreign: [] })
    })

    const captured = (amount: string) =>
      page.locator('#amounts div', { hasText: 'Captured' }).filter({ hasText: amount }).waitFor()

    it('says through what it sells, and fits a telephone with its cards', async () => {
      expect(await page.getByRole('banner').innerText()).toContain(`Florin and ${title} in test mode`)
      const choices = await page.locator('#card option').allInnerTexts()
      expect(choices.length).toBeGreaterThan(5)
      for (const choice of choices) expect(choice).toMatch(/^[A-Z0-9].*\(•••• \d{4}\)$/)
      for (const token of Object.values(tokens)) {
        await shop.choose(token)
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
      }
    })

    it('pays, and gives a part back', async () => {
      await shop.choose(tokens.approved)
      await shop.pay()
      await shop.status('paid')
      await captured('49.90')
      await page.getByLabel(/^Refund, at most/).fill('10')
      await shop.press('Refund')
      await page.locator('#message', { hasText: '10.00 EUR of it were given back' }).waitFor() // without anybody's doing
    })

    it('sends the buyer to the bank’s page and takes them back', async () => {
      await shop.choose(tokens.challenge)
      await shop.pay()
      await page.getByRole('button', { name: 'Confirm' }).click()
      await page.locator('html[data-ready]').waitFor()
      await shop.status('paid')
      await captured('49.90')
      expect(page.url()).toMatch(/\?payment=pay_\w+$/) // what the provider gave is gone from the address
    })

    it('says so where the buyer failed at the bank, and takes another card', async () => {
      await shop.choose(tokens.challenge)
      await shop.pay()
      await page.getByRole('button', { name: 'Fail' }).click()
      await page.locator('html[data-ready]').waitFor()
      await shop.status('declined')
      expect(await shop.message()).toContain('Nothing was charged')
      await shop.choose(tokens.approved)
      await page.locator('#pay').click()
      await shop.status('paid')
    })

    it('captures a part, and cancels', async () => {
      await shop.choose(tokens.approved)
      await page.getByLabel('Reserve now, capture later').check()
      await shop.pay()
      await shop.status('reserved')
      await page.getByLabel(/^Capture, at most/).fill('20.5')
      await shop.press('Capture')
      await page.locator('#message', { hasText: 'Paid: 20.50 EUR; the rest stays with the buyer' }).waitFor()
      await shop.press('New order')
      await shop.pay()
      await shop.status('reserved')
      await shop.press('Cancel the payment')
      await shop.status('canceled')
      await shop.press('Verify everything')
      await page.locator('#verified[data-tone=good]').waitFor()
    })
  },
)
