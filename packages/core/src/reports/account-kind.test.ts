import { expect, test } from 'vitest'
import {
  availableOf,
  bankAccount,
  frozenOf,
  gatewayCosts,
  gatewayDisputed,
  gatewayTransit,
  payoutsOf,
  pendingOf,
  platformFees,
  receivable,
  reserveOf,
  suspense,
  trading,
} from '../ledger/index.ts'
import { accountKind } from './account-kind.ts'

test('every account of the chart is known for what it is, by the names that it was made with', () => {
  const name = 'a/b c:ü'
  for (const owner of [null, name]) {
    for (const of of [pendingOf, availableOf, reserveOf, payoutsOf]) {
      expect(accountKind(of(owner, 'EUR').account)).toEqual({ is: 'owner', owner })
    }
    expect(accountKind(frozenOf(owner, 'EUR').account)).toEqual({ is: 'frozen', owner })
  }
  const at = { gateway: name, account: 'x.y' }
  expect(accountKind(receivable(name, 'x.y', 'EUR').account)).toEqual({ is: 'receivable', ...at })
  expect(accountKind(gatewayCosts(name, 'x.y', 'EUR').account)).toEqual({ is: 'costs', ...at })
  expect(accountKind(gatewayTransit(name, 'x.y', 'EUR').account)).toEqual({ is: 'transit', ...at })
  expect(accountKind(gatewayDisputed(name, 'x.y', 'EUR').account)).toEqual({ is: 'disputed', ...at })
  const plain = [bankAccount('main', 'EUR'), platformFees('EUR'), trading('EUR', 'USD', 'EUR'), suspense('EUR')]
  expect(plain.map(({ account }) => accountKind(account).is)).toEqual(['bank', 'fees', 'trading', 'suspense'])
})

test('what is not of the chart is other', () => {
  for (const path of ['', 'merchant', 'merchant/x/EUR', 'gateway/a/b/c/EUR', 'platform/tax/EUR', 'constructor'])
    expect(accountKind(path)).toEqual({ is: 'other' })
})
