import { describe, expect, it } from 'vitest'
import { WrongCommand } from '../wrong-command.ts'
import { HELP, placeOf, readProviderCommand } from './command.ts'

describe('the command line of npm run provider', () => {
  it.each([
    [[], "'' is none: stripe or adyen"],
    [['paypal'], "'paypal' is none: stripe or adyen"],
    [['stripe', 'adyen'], "start another npm run provider for 'adyen'"],
    [['stripe', '--port', 'x'], "--port is 'x': give a whole number from 0 to 65535"],
    [['stripe', '--port', '65536'], "--port is '65536': give a whole number"],
    [['adyen', '--shop', 'here'], "--shop is 'here': give a URL such as"],
    [['adyen', '--shop', 'file:///shop'], '--shop'],
    [['adyen', '--prot', '1'], '--prot'],
    [['adyen', '--control', '-1'], '--control'],
    [['adyen', '--control', 'page'], "--control is 'page': give a whole number"],
    [['adyen', '--journal', ''], '--journal is empty: name a file'],
  ])('%j is refused, and what to write is said', (argv, words) => {
    expect(() => readProviderCommand(argv)).toThrow(WrongCommand)
    expect(() => readProviderCommand(argv)).toThrow(words)
  })

  it('has a port for each provider, and a shop', () => {
    const shop = 'http://127.0.0.1:3000'
    expect(readProviderCommand(['stripe'])).toEqual({
      provider: 'stripe',
      port: 4010,
      control: 4011,
      shop,
      json: false,
    })
    expect(readProviderCommand(['adyen'])).toEqual({
      provider: 'adyen',
      port: 4020,
      control: 4021,
      shop,
      json: false,
    })
    const given = ['adyen', '--port', '0', '--shop', 'http://shop.test:8080/', '--json', '--journal', 'a.jsonl']
    expect(readProviderCommand(given)).toEqual({
      provider: 'adyen',
      port: 0,
      control: 0,
      journal: 'a.jsonl',
      shop: 'http://shop.test:8080',
      json: true,
    })
  })

  it('explains every option', () => {
    expect(readProviderCommand(['--help'])).toBe('help')
    for (const option of ['stripe|adyen', '--port', '--control', '--journal', '--shop', '--json', '--help'])
      expect(HELP).toContain(option)
  })

  it('says where the server has to be for its webhooks, where that is not its default', () => {
    expect(placeOf('http://127.0.0.1:3999')).toEqual({ PORT: '3999' })
    expect(placeOf('http://127.0.0.1:3000')).toEqual({})
    expect(placeOf('https://shop.test')).toEqual({})
  })
})
