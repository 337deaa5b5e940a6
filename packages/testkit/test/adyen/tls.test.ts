import { request } from 'node:https'
import { expect, it } from 'vitest'
import { payment, start } from './client.ts'

// Made for tests and trusted by nobody: self-signed, for localhost, valid until 2126.
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

it('serves https where it is given a key and a certificate', async () => {
  const { double } = await start({ tls: LOCAL })
  expect(double.url).toMatch(/^https:/)
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const options = { method: 'POST', ca: LOCAL.cert, headers: { 'x-api-key': double.apiKey } }
    request(`${double.url}/payments`, options, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end(JSON.stringify(payment('att_1')))
  })
  expect(status).toBe(200)
  expect(double.books()).toHaveLength(1)
})
