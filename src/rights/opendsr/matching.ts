import { createHash, timingSafeEqual } from 'node:crypto';
import type { OpenDsrRequest } from './model.ts';

type Identity = OpenDsrRequest['subject_identities'][number];

/**
 * Whether an address, made comparable (trimmed, lower case, NFC), is the one an identity names; in the time that every
 * other address takes.
 */
export function emailFits({ identity_format: format, identity_value: value }: Identity): (email: string) => boolean {
  const algorithm = format === 'raw' ? 'sha256' : format;
  const digest = (text: string) => createHash(algorithm).update(text).digest();
  const comparable = value.trim().normalize('NFC').toLowerCase();
  const wanted = format === 'raw' ? digest(comparable) : Buffer.from(comparable, 'hex');
  return (email) => {
    const own = digest(email);
    return wanted.length === own.length && timingSafeEqual(own, wanted);
  };
}

/** Whether a hashed value can be of its format at all. */
export function wellFormed({ identity_format: format, identity_value: value }: Identity): boolean {
  const lengths = { raw: 0, sha256: 64, sha1: 40, md5: 32 };
  return format === 'raw' || (value.trim().length === lengths[format] && /^[0-9a-f]+$/i.test(value.trim()));
}
