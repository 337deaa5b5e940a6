/** The bytes of a file that grows. What nobody wrote is zero, as in a file with a hole. */
export class Content {
  #bytes: Buffer
  #size: number

  constructor(bytes: Uint8Array = new Uint8Array()) {
    this.#bytes = Buffer.from(bytes)
    this.#size = bytes.length
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return
    const larger = Buffer.alloc(Math.max(size, 2 * this.#bytes.length))
    this.#bytes.copy(larger, 0, 0, this.#size)
    this.#bytes = larger
  }

  write(at: number, bytes: Uint8Array): void {
    this.#reserve(at + bytes.length)
    this.#bytes.set(bytes, at)
    this.#size = Math.max(this.#size, at + bytes.length)
  }

  resize(size: number): void {
    this.#reserve(size)
    if (size < this.#size) this.#bytes.fill(0, size, this.#size)
    this.#size = size
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size)
  }
}
