import { library } from '../../tsup.base.ts'

export default library({
  index: 'src/index.ts',
  'gateways-kit': 'src/gateways-kit.ts',
  'storage-kit': 'src/storage-kit.ts',
  'statements-kit': 'src/statements-kit.ts',
  'rails-kit': 'src/rails-kit.ts',
  'memory-kit': 'src/memory-kit.ts',
})
