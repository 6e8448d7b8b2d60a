import { createHash, timingSafeEqual } from 'node:crypto';
import { comparableEmail, emailInLetters } from '../../foundations/contract/comparable-email.ts';
import type { OpenDsrRequest } from './model.ts';

type Identity = OpenDsrRequest['subject_identities'][number];

/**
 * Whether an address, made comparable, is the one an identity names; in the time that every other address takes. A hash
 * may be of the domain in letters or of its A-label.
 */
export function emailFits({ identity_format: format, identity_value: value }: Identity): (email: string) => boolean {
  const algorithm = format === 'raw' ? 'sha256' : format;
  const digest = (text: string) => createHash(algorithm).update(text).digest();
  const wanted = format === 'raw' ? digest(comparableEmail(value)) : Buffer.from(value.trim(), 'hex');
  const same = (text: string) => {
    const own = digest(text);
    return wanted.length === own.length && timingSafeEqual(own, wanted);
  };
  return (email) => {
    const [asCompared, inLetters] = [same(email), same(emailInLetters(email))];
    return asCompared || inLetters;
  };
}

/** Whether a hashed value can be of its format at all. */
export function wellFormed({ identity_format: format, identity_value: value }: Identity): boolean {
  const lengths = { raw: 0, sha256: 64, sha1: 40, md5: 32 };
  return format === 'raw' || (value.trim().length === lengths[format] && /^[0-9a-f]+$/i.test(value.trim()));
}
