/** An uploaded file, without its bytes. */
export interface StripeFile {
  readonly id: string
  readonly account: string
  readonly created: number
  readonly filename: string
  readonly purpose: string
  readonly size: number
  readonly type: string
  readonly sha256: string
}

const EXPIRES_AFTER_S = 274 * 86_400 // "9 months" (docs.stripe.com/file-upload)

/** The object as Stripe writes it. It has no `livemode`. */
export const wireFile = (file: StripeFile) => ({
  id: file.id,
  object: 'file' as const,
  created: file.created,
  expires_at: file.created + EXPIRES_AFTER_S,
  filename: file.filename,
  links: { object: 'list' as const, data: [], has_more: false, url: `/v1/file_links?file=${file.id}` },
  purpose: file.purpose,
  size: file.size,
  title: null,
  type: file.type,
  url: `https://files.stripe.com/v1/files/${file.id}/contents`,
})
