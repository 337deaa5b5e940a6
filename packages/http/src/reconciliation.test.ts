import { describe, expect, test } from 'vitest'
import { strangeFile } from '../test/strange-file.ts'
import { createWorld } from '../test/world.ts'

const setUp = async () => {
  const w = await createWorld()
  return { ...w, run: await strangeFile(w.florin) }
}

describe('reconciliation over HTTP', () => {
  test('only an operator sees what concerns all merchants', async () => {
    const { call } = await setUp()
    for (const path of ['runs', 'breaks']) {
      expect(await call('GET', `/v1/reconciliation/${path}`)).toMatchObject({
        status: 403,
        json: { code: 'forbidden' },
      })
      expect((await call('GET', `/v1/reconciliation/${path}`, { as: 'ops' })).status).toBe(200)
    }
    expect((await call('GET', '/v1/reconciliation/runs', { as: null })).status).toBe(401)
  })

  test('a run and its break are read, and the break goes its way', async () => {
    const { call, run, florin } = await setUp()
    const as = 'ops'
    expect((await call('GET', `/v1/reconciliation/runs/${run.id}`, { as })).json).toEqual({ ...run })
    const list = await call('GET', '/v1/reconciliation/breaks?kind=missing_here&limit=5', { as })
    const [one] = list.json.data as readonly { id: string }[]
    const at = `/v1/reconciliation/breaks/${one?.id}`
    expect((await call('POST', `${at}/assign`, { as, body: { owner: 'ann' } })).json).toMatchObject({ owner: 'ann' })
    expect((await call('POST', `${at}/release`, { as })).json).toMatchObject({ state: 'open' })
    expect((await call('POST', `${at}/release`, { as })).status).toBe(409)
    const note = 'nothing to be done'
    expect((await call('POST', `${at}/ignore`, { as, body: { by: 'ann', note } })).json).toMatchObject({
      state: 'ignored',
    })
    expect((await call('POST', `${at}/reopen`, { as })).json).toMatchObject({ state: 'open' })
    const posting = { debit: 'suspense/EUR', credit: 'platform/fees/EUR', amount: '5.00', currency: 'EUR' }
    const body = { how: 'post', posting, by: 'ann', note }
    expect((await call('POST', `${at}/resolve`, { as, body })).json).toMatchObject({ state: 'resolved' })
    expect((await call('GET', at, { as })).json).toMatchObject({ note, resolution: { how: 'posted', by: 'ann' } })
    expect((await call('POST', `${at}/resolve`, { as, body: { ...body, how: 'nonsense' } })).status).toBe(400)
    expect((await call('GET', '/v1/reconciliation/breaks/brk_none', { as })).status).toBe(404)
    await florin.close()
  })
})
