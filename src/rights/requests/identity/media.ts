/** What a copy of a document may be, each with the bytes it begins with. */
const BEGINNINGS = {
  'application/pdf': [Buffer.from('%PDF-')],
  'image/png': [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  'image/jpeg': [Buffer.from([0xff, 0xd8, 0xff])],
} as const;
export const MEDIA_TYPES = Object.keys(BEGINNINGS) as (keyof typeof BEGINNINGS)[];
export type MediaType = (typeof MEDIA_TYPES)[number];

/** Whether the bytes are what they are said to be. */
export function isOf(mediaType: MediaType, bytes: Buffer): boolean {
  return BEGINNINGS[mediaType].some((beginning) => bytes.subarray(0, beginning.length).equals(beginning));
}
