export { memoryStorage } from './memory/index.ts'
