import { setTimeout as pause } from 'node:timers/promises'
import { createFlorin } from '@florin/core'
import { sandbox } from '@florin/testkit'
import { createApiClient } from '../api-client.ts'
import { openKeys, openStorage } from '../open-storage.ts'
import { createNotebook, runBuyers } from './buyer.ts'
import { createDice } from './dice.ts'
import { makeOrders } from './orders.ts'
import { API_KEY, badDay, freePort, openPlace } from './place.ts'

const kind = (process.argv[2] ?? 'postgres') as 'postgres'
for (const seed of process.argv.slice(3).map(Number)) {
  const ports = [await freePort(), await freePort()] as const
  const place = await openPlace(kind, ports[1])
  const dice = createDice(seed)
  const servers = [await place.startServer(ports[0]), await place.startServer(ports[1])]
  const apis = ports.map((port) => createApiClient(`http://127.0.0.1:${port}`, API_KEY))
  let turn = 0
  let answered = 0
  const next = async (ask: any): Promise<any> => { const w = turn++ % 2; const a = await ask(apis[w]); if (w === 0) answered++; return a }
  const api: any = { create: (b: any, k: any) => next((a: any) => a.create(b, k)), act: (...x: any[]) => next((a: any) => a.act(...x)), payment: (id: any) => next((a: any) => a.payment(id)) }
  const notebook = createNotebook()
  await place.fail(badDay(dice))
  const orders = makeOrders(dice, 1, 60)
  const load = runBuyers(api, notebook, orders, 16)
  const enough = dice.between(5, 60)
  while (answered < enough) await pause(5)
  await servers.shift()?.kill()
  await load
  await place.fail([])
  await pause(400)
  const audit = await place.audit(notebook)
  console.log(seed, audit.problems)
  if (audit.problems.length > 0) {
    const florin = await createFlorin({ storage: await openStorage(place.storage), gateways: { sandbox: sandbox({ apiKey: 'sandbox_default' }) }, keys: openKeys(place.storage), defaultMerchant: 'mer_faults' })
    const page = await florin.reviews.list({} as never)
    for (const r of page.data) {
      console.log(JSON.stringify(r, null, 1))
      const payment = await florin.payments.get((r as any).payment)
      console.log(orders.find((o) => o.reference === payment.reference))
      const t = await florin.payments.timeline((r as any).payment)
      for (const e of t.entries) console.log(e.at, e.type, JSON.stringify(e.data))
    }
    await florin.close()
  }
  for (const s of servers) await s.stop()
  await place.close()
}
