import { memoryStorage } from '@florin/core/memory'
import { test } from 'vitest'
import { registerStorageSuite } from './suite.ts'

registerStorageSuite(test, { open: async () => memoryStorage() })
