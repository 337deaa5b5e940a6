import { describe, expect, it } from 'vitest'
import { readSettings } from './settings.ts'

describe('the environment', () => {
  it('may be empty: loopback, port 3000, a database in .florin, the demo key, the sandbox here', () => {
    const settings = readSettings({}, '/app')
    expect(settings).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      database: { kind: 'sqlite', file: '/app/.florin/florin.db' },
      sandbox: { run: 'here', port: 0 },
      shop: true,
      timings: {},
    })
    expect(settings.apiKeys.merchantOf('Bearer demo')).toBe('mer_demo')
  })

  it('takes the shop off when others can reach the server, unless it is asked for', () => {
    expect(readSettings({ HOST: '0.0.0.0' }, '/').shop).toBe(false)
    expect(readSettings({ HOST: '0.0.0.0', SHOP: 'on' }, '/').shop).toBe(true)
    expect(readSettings({ SHOP: 'off' }, '/').shop).toBe(false)
  })

  it('takes a sandbox from elsewhere', () => {
    const { sandbox } = readSettings({ SANDBOX_URL: 'http://127.0.0.1:4000/', SANDBOX_WEBHOOK_SECRET: 's' }, '/')
    expect(sandbox).toEqual({
      run: 'elsewhere',
      url: 'http://127.0.0.1:4000',
      apiKey: 'sandbox_default',
      webhookSecret: 's',
    })
  })

  it.each([
    [{ PORT: '80a' }, "PORT is '80a': give a whole number from 0 to 65535"],
    [{ PORT: '70000' }, "PORT is '70000'"],
    [{ PORT: '-1' }, "PORT is '-1'"],
    [{ SANDBOX_PORT: '1.5' }, "SANDBOX_PORT is '1.5'"],
    [{ SANDBOX_URL: 'ftp://x' }, "SANDBOX_URL is 'ftp://x': give a URL such as"],
    [{ SHOP: 'yes' }, "SHOP is 'yes': give on or off"],
    [{ FLORIN_LEASE_MS: '1' }, "FLORIN_LEASE_MS is '1'"],
    [{ API_KEYS: 'x' }, 'API_KEYS: entry 1'],
  ])('refuses %j by name and value', (env, message) => {
    expect(() => readSettings(env, '/')).toThrow(message)
  })
})
