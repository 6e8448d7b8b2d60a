import type { PartyRecord } from './view-model.ts';

/** Where to ask about a controller's data: its data protection officer, else its contact (Art. 33(3)(b)). */
export function contactOf(party: PartyRecord | undefined): string | undefined {
  const officer = party?.dataProtectionOfficer;
  if (officer) return [officer.name, officer.contact, officer.phone].filter(Boolean).join(', ');
  return [party?.contactPerson, party?.contact, party?.phone].filter(Boolean).join(', ') || undefined;
}
