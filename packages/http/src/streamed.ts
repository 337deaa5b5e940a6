const made = new WeakSet<Response>()

/** A response whose text comes piece by piece, as its reader takes it. An error in the middle breaks it off, and is told to `onBroken`. */
export const streamed = (
  pieces: AsyncIterable<string>,
  init: ResponseInit,
  onBroken: (error: unknown) => void,
): Response => {
  const encoder = new TextEncoder()
  const iterator = pieces[Symbol.asyncIterator]()
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await iterator.next().catch((error: unknown) => {
        onBroken(error)
        throw error
      })
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => void (await iterator.return?.()),
  })
  const response = new Response(body, init)
  made.add(response)
  return response
}

/** Whether a response is not to be gathered before it is sent. */
export const isStreamed = (response: Response): boolean => made.has(response)
