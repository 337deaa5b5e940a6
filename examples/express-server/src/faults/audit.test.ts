import type { Books, ChargeBooks } from '@florin/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readStorage } from '../storage-settings.ts'
import { createFolders, startTestServer, type TestServer } from '../test-server.ts'
import { type AcquirerSays, runAudit } from './audit.ts'
import type { Acknowledged } from './buyer.ts'

const folders = createFolders()
afterAll(folders.remove)

/** An audit that finds nothing is worth as much as what it would have found. */
describe('the audit after a fault run', () => {
  let server: TestServer
  let acknowledged: Acknowledged
  beforeAll(async () => {
    server = await startTestServer(folders.make())
    const method = { type: 'card', token: 'tok_approve' }
    const { body } = await server.api.create({ reference: 'a', amount: '49.90', currency: 'EUR', method })
    const { id, reference, status, captured, refunded } = body
    acknowledged = { id, reference, status, captured, refunded }
  })
  afterAll(() => server.stop())

  const audit = async (
    doctor: (says: { books: Books; effects: { requests: number; effects: number }[] }) => AcquirerSays,
    told: Acknowledged = acknowledged,
  ): Promise<readonly string[]> => {
    const { sandbox } = server.example.gateways
    const here = sandbox?.here ?? null
    if (sandbox === null || here === null) throw new Error('the sandbox runs here')
    const { problems } = await runAudit({
      storage: readStorage({ FLORIN_DB: server.db }, ''),
      merchant: 'mer_demo',
      sandboxUrl: sandbox.url,
      acknowledged: [told],
      ask: async (references) =>
        doctor({ books: here.acquirer.books(), effects: references.map((one) => ({ ...here.acquirer.effects(one) })) }),
    })
    return problems
  }
  const charges = (books: Books, change: (charge: ChargeBooks) => ChargeBooks[]): Books => ({
    ...books,
    charges: books.charges.flatMap(change),
  })

  it('finds nothing where all is well', async () => {
    expect(await audit((says) => says)).toEqual([])
  })

  it('finds a second charge, one that nobody ordered, and one that is not there', async () => {
    const twice = await audit((says) => ({
      ...says,
      books: charges(says.books, (one) => [one, { ...one, id: 'ch_2' }]),
    }))
    expect(twice.join('\n')).toContain('2 charges carry money, and 1 should')
    const orphan = await audit((says) => ({
      ...says,
      books: charges(says.books, (one) => [one, { ...one, reference: 'att_none' }]),
    }))
    expect(orphan).toEqual(['the acquirer has a charge att_none that nobody ordered'])
    const none = await audit((says) => ({ ...says, books: charges(says.books, () => []) }))
    expect(none.join('\n')).toContain('captured is 49.90 here and 0 at the acquirer')
  })

  it('finds a cent that the books do not have, and an effect that happened twice', async () => {
    const cent = await audit((says) => {
      const at = says.books.currencies.EUR
      if (at === undefined) throw new Error('there are books')
      return { ...says, books: { ...says.books, currencies: { EUR: { ...at, captured: at.captured + 1n } } } }
    })
    expect(cent.join('\n')).toContain('ledger: merchant/pending/EUR has 4990 posted, and the acquirer says 4991')
    const twice = await audit((says) => ({ ...says, effects: says.effects.map((one) => ({ ...one, effects: 2 })) }))
    expect(twice.join('\n')).toContain('had an effect more than once')
  })

  it('finds what was acknowledged and is gone, or is less', async () => {
    const lost = await audit((says) => says, { ...acknowledged, id: 'pay_lost' })
    expect(lost).toEqual(['a: was acknowledged as pay_lost, which is gone'])
    const less = await audit((says) => says, { ...acknowledged, captured: '50.00', refunded: '0.01' })
    expect(less).toEqual(['a: had 50.00 captured, has 49.90', 'a: had 0.01 refunded, has 0.00'])
  })
})
