import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
/** Why there is no browser here; null where there is one. */
export const noBrowser = existsSync(CHROMIUM) ? null : `skipped: no Chromium at ${CHROMIUM}`
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

/** Starts the browser. */
export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: QUIET })

/** The page as a person uses it: by what is written on it. */
export const handle = (page: Page) => ({
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

/** The shop page of a person who has just opened it, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page
  readonly shop: ReturnType<typeof handle>
  /** What the browser complained of, and what it asked other machines for, since the last call. */
  complaints(): { readonly errors: string[]; readonly foreign: string[] }
}

/** Opens the shop page in a window of its own. */
export const openPage = async (context: BrowserContext, url: string): Promise<OpenPage> => {
  const errors: string[] = []
  const foreign: string[] = []
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => void errors.push(String(error)))
  page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())))
  page.on('request', (request) => {
    const { hostname } = new URL(request.url())
    if (hostname !== '127.0.0.1') foreign.push(request.url())
  })
  await page.goto(url)
  await page.locator('html[data-ready]').waitFor()
  return { page, shop: handle(page), complaints: () => ({ errors: errors.splice(0), foreign: foreign.splice(0) }) }
}
