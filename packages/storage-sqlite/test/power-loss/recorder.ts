import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const SOURCE = fileURLToPath(new URL('record-disk.c', import.meta.url))

const isGlibc = (): boolean => {
  const { header } = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime !== undefined
}

/** Why this machine cannot record what is done to a disk; null if it can. */
export const whyNoRecorder = (): string | null => {
  if (process.platform !== 'linux' || !isGlibc()) return 'recording the disk needs LD_PRELOAD of Linux with glibc'
  return spawnSync('cc', ['--version']).status === 0 ? null : 'recording the disk needs a C compiler named cc'
}

/** Compiles the recorder into `folder`, and gives its path. Rejects with what the compiler says. */
export const compileRecorder = async (folder: string): Promise<string> => {
  const library = join(folder, 'record-disk.so')
  const flags = ['-shared', '-fPIC', '-O2', '-Wall', '-Wextra', '-Werror']
  await promisify(execFile)('cc', [...flags, '-o', library, SOURCE, '-ldl', '-lpthread'])
  return library
}
