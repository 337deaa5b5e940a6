import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { gatewayWith, SECRETS } from '../test/commands.ts'

const servers: Server[] = []
const listening = async (name: string, seen: string[]): Promise<string> => {
  const server = createServer((request, response) => {
    seen.push(`${name} ${request.url} ${request.headers['x-api-key'] === SECRETS.apiKey}`)
    response.end('{}')
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
afterAll(() => Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve)))))

test('payments go to one host and disputes to the other, each with the key', async () => {
  const seen: string[] = []
  const baseUrl = `${await listening('checkout', seen)}/v71`
  const { transport } = gatewayWith({ baseUrl, disputesUrl: await listening('disputes', seen) })
  const send = (path: string, host?: string) =>
    transport.send(
      { method: 'POST', path, headers: {}, body: '{}', host },
      { account: 'FlorinECOM', deadline: Date.now() + 5_000 },
    )
  await send('/payments')
  await send('/ca/services/DisputeService/v30/acceptDispute', 'disputes')
  expect(seen).toEqual(['checkout /v71/payments true', 'disputes /ca/services/DisputeService/v30/acceptDispute true'])
  await transport.close?.()
  expect(await send('/payments')).toMatchObject({ outcome: 'not_sent' })
})
