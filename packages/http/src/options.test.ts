import { describe, expect, it } from 'vitest'
import { authorize, createWorld } from '../test/world.ts'
import { createHandler, type HandlerOptions } from './index.ts'

const { florin } = await createWorld()
const make = (options: object) => () => createHandler({ florin, authorize, ...options } as HandlerOptions)

describe('createHandler', () => {
  it.each([
    [{ florin: {} }, 'florin'],
    [{ authorize: undefined }, 'authorize'],
    [{ prefix: 'pay' }, 'prefix'],
    [{ prefix: '/pay/' }, 'prefix'],
    [{ prefix: '/pay/:shop' }, 'prefix'],
    [{ maxBodyBytes: 0 }, 'maxBodyBytes'],
    [{ whenInFlight: 'maybe' }, 'whenInFlight'],
    [{ challenge: 'Bearer\r\nx: y' }, 'challenge'],
    [{ onError: 'log' }, 'onError'],
    [{ onEror: () => {} }, 'onEror'],
  ])('refuses %j by name', (options, name) => {
    expect(make(options)).toThrow(
      expect.objectContaining({ code: 'configuration', message: expect.stringContaining(name) }),
    )
  })

  it('takes a smaller body limit', async () => {
    const { pay } = await createWorld({ maxBodyBytes: 1_024 })
    const { status, json } = await pay({ description: 'x'.repeat(480), metadata: { a: 'x'.repeat(600) } })
    expect([status, json.maxBytes]).toEqual([413, 1_024])
  })
})
