import { describe, expect, it } from 'vitest'
import { resolveTransportOptions } from './options.ts'

const baseUrl = 'https://api.example.com'

describe('the options of a transport', () => {
  it.each([
    ['none', undefined, 'give its options, at least { baseUrl }'],
    ['another option', { baseUrl, timeout: 1 }, "there is no option 'timeout'"],
    [
      'credentials that are no function',
      { baseUrl, credentials: { authorization: 'x' } },
      'credentials must be a function',
    ],
    ['a listener that is none', { baseUrl, onExchange: true }, 'onExchange must be a function'],
    ['names of headers that are no list', { baseUrl, requestIdHeaders: 'request-id' }, 'must be a list of names'],
    ['a name of two lines', { baseUrl, userAgent: 'a\r\nx: y' }, 'userAgent must be printable ASCII'],
    ['a count that is a symbol', { baseUrl, connections: Symbol('5') }, 'connections is a symbol'],
    ['less than one connection', { baseUrl, connections: 0 }, 'connections is 0'],
  ])('%s is refused by name', (_, options, says) => {
    expect(() => resolveTransportOptions(options as never)).toThrow(
      expect.objectContaining({ code: 'configuration', message: expect.stringContaining(says) }),
    )
  })
})
