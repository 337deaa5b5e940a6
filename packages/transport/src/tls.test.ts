import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { GatewayRequest } from '@florin/core/gateways'
import { afterEach, expect, it } from 'vitest'
import { type HttpTransportOptions, httpTransport } from './index.ts'

// Made for these tests and trusted by nobody: self-signed, valid until 2126, one for localhost and one for another name.
const LOCAL = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5AZto6cHSoIvo+VH
UMrqKa1RtcA5FApEpKQm4PSuobChRANCAARrp8+7ndAp06zKf5u6rZkf6a0c+Nxl
XtSR+ne6icZGvV8DrCdi7clVIu7+ESTdc815pSSNepNysByMV23jUu+y
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUG6lfbihyKOIe131xi+DETI1+dEEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTAwMTk1OVoYDzIxMjYxMDI4
MDAxOTU5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARrp8+7ndAp06zKf5u6rZkf6a0c+NxlXtSR+ne6icZGvV8DrCdi7clV
Iu7+ESTdc815pSSNepNysByMV23jUu+yo28wbTAdBgNVHQ4EFgQUgIBWcX6jrLzK
FpmaMJkHO4DXFGcwHwYDVR0jBBgwFoAUgIBWcX6jrLzKFpmaMJkHO4DXFGcwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgMGJcamrjauW4GCYrpSPQGfSprHUoDbB1kIVGTcGzgeoCIQCh
ha9xYCvMrOfQVBXwhaPu6q+IfhTO+e/EN9YMowhYTg==
-----END CERTIFICATE-----`,
}
const OTHER = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwCwWxMDCZLf0jaNF
o5VT3k9i2ZH4T0zWnxe8ThMoS6ShRANCAASPb4qtRNYeF2go/nE8GPvGrMENkg2C
zG+Gl3S/ZDbml7JDANfzYXkhO7R8Ehlm/7ygLXCSuw4qdaNQSm1/QDap
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmTCCAT6gAwIBAgIUOvLe8IsQ7THGeEyJ8e3hyLi/FFEwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKb3RoZXIudGVzdDAgFw0yNjExMjEwMDE5NTlaGA8yMTI2MTAy
ODAwMTk1OVowFTETMBEGA1UEAwwKb3RoZXIudGVzdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABI9viq1E1h4XaCj+cTwY+8aswQ2SDYLMb4aXdL9kNuaXskMA1/Nh
eSE7tHwSGWb/vKAtcJK7Dip1o1BKbX9ANqmjajBoMB0GA1UdDgQWBBSqb4FjM44L
ECgrPwRUgjzppA5XAjAfBgNVHSMEGDAWgBSqb4FjM44LECgrPwRUgjzppA5XAjAP
BgNVHRMBAf8EBTADAQH/MBUGA1UdEQQOMAyCCm90aGVyLnRlc3QwCgYIKoZIzj0E
AwIDSQAwRgIhAPQK3vtY25tbw/vzQ26s1yWl2UC06l4HR0nj/OI9H7xmAiEApojL
g9g4GzGsSTI1yJbjkkEyqeNcDMbmM9FDVo/Gf+s=
-----END CERTIFICATE-----`,
}
const REQUEST: GatewayRequest = { method: 'POST', path: '/', headers: {}, body: '{}' }

const cleanups: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const attempt = async (identity: typeof LOCAL, more: Partial<HttpTransportOptions>) => {
  let requests = 0
  const server = createServer(identity, (_, response) => {
    requests += 1
    response.end('ok')
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => server.close())
  const transport = httpTransport({ baseUrl: `https://localhost:${(server.address() as AddressInfo).port}`, ...more })
  cleanups.push(() => transport.close())
  const sent = await transport.send(REQUEST, { account: 'main', deadline: Date.now() + 20_000 })
  return { sent, requests }
}

it('speaks TLS to a host whose certificate is trusted', async () => {
  const { sent } = await attempt(LOCAL, { ca: LOCAL.cert })
  expect(sent).toMatchObject({ outcome: 'answered', response: { body: 'ok' } })
})

it('sends nothing to a host whose certificate nobody trusts', async () => {
  const { sent, requests } = await attempt(LOCAL, {})
  expect(sent).toEqual({
    outcome: 'not_sent',
    reason: 'no connection (DEPTH_ZERO_SELF_SIGNED_CERT)',
    fault: 'connection',
  })
  expect(requests).toBe(0)
})

it('sends nothing to a trusted certificate of another name', async () => {
  const { sent, requests } = await attempt(OTHER, { ca: OTHER.cert })
  expect(sent).toEqual({
    outcome: 'not_sent',
    reason: 'no connection (ERR_TLS_CERT_ALTNAME_INVALID)',
    fault: 'connection',
  })
  expect(requests).toBe(0)
})

it('verifies also where the environment says not to', async () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  const { sent, requests } = await attempt(LOCAL, {})
  expect(sent.outcome).toBe('not_sent')
  expect(requests).toBe(0)
})

it("trusts what NODE_EXTRA_CA_CERTS names, besides the system's", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'florin-ca-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'ca.pem')
  writeFileSync(file, LOCAL.cert)
  const server = createServer(LOCAL, (_, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const script = `
    import { httpTransport } from ${JSON.stringify(new URL('index.ts', import.meta.url).href)}
    const transport = httpTransport({ baseUrl: 'https://localhost:${(server.address() as AddressInfo).port}' })
    const request = { method: 'GET', path: '/', headers: {}, body: null }
    console.log(JSON.stringify(await transport.send(request, { account: 'main', deadline: Date.now() + 20_000 })))
    await transport.close()`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@florin/source', '--input-type=module', '-e', script],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: file } },
  )
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'answered', response: { body: 'ok' } })
})
