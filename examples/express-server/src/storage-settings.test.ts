import { describe, expect, it } from 'vitest'
import { describeStorage } from './open-storage.ts'
import { readStorage } from './storage-settings.ts'

const URL = 'postgres://shop:secret@db.example:5432/shop'

describe('where payments are kept', () => {
  it('is a SQLite file in .florin by default, and its files beside it', () => {
    expect(readStorage({}, '/app')).toEqual({
      database: { kind: 'sqlite', file: '/app/.florin/florin.db', makeFolder: true },
      beside: '/app/.florin/florin.db',
      keyFile: '/app/.florin/florin.db.keys.json',
    })
  })

  it('is the file that FLORIN_DB names from the current folder, which nobody makes a folder for', () => {
    const { database } = readStorage({ FLORIN_DB: 'shop.db' }, '/app')
    expect(database).toEqual({ kind: 'sqlite', file: '/app/shop.db', makeFolder: false })
    expect(readStorage({ FLORIN_DB: ':memory:' }, '/app')).toMatchObject({ beside: null, keyFile: null })
  })

  it('is the PostgreSQL of DATABASE_URL, whose servers share a file of keys', () => {
    const settings = readStorage({ DATABASE_URL: URL, FLORIN_SCHEMA: 'pay', FLORIN_KEYS: '/keys.json' }, '/app')
    expect(settings).toEqual({
      database: { kind: 'postgres', url: URL, schema: 'pay' },
      beside: '/app/.florin/postgres',
      keyFile: '/keys.json',
    })
    expect(describeStorage(settings)).toBe('PostgreSQL, db.example:5432/shop, schema pay')
    expect(readStorage({ FLORIN_DB: URL }, '/app').database).toMatchObject({ kind: 'postgres' })
  })

  it('is what FLORIN_DB says where both are set', () => {
    expect(readStorage({ FLORIN_DB: 'a.db', DATABASE_URL: URL }, '/app').database).toMatchObject({ kind: 'sqlite' })
  })

  it('is not what another kind of URL names, which is not repeated', () => {
    const read = () => readStorage({ DATABASE_URL: 'mysql://u:secret@h/d' }, '/app')
    expect(read).toThrow('DATABASE_URL is no postgres:// URL')
    expect(read).not.toThrow('secret')
  })
})
