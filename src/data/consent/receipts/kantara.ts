import type { AgeCheck } from '../../../law/child-consent.ts';
import { ageInWords } from './age-in-words.ts';
import { noticeName, type ReceiptFacts } from './facts.ts';

/**
 * The receipt in the form of Kantara Consent Receipt v1.1.0. What that form has no field for (the act, the state, the
 * digest of the text) stands in the ISO 27560 record beside it.
 */
export function kantaraReceipt(facts: ReceiptFacts) {
  const { event, controllers, recipients, categories, purpose, research } = facts;
  const age = event.ageCheck ? `. ${ageInWords(facts, event.ageCheck as AgeCheck)}` : '';
  const withdrawn = event.status === 'withdrawn' || event.status === 'refused' || event.status === 'invalidated';
  return {
    version: 'KI-CR-v1.1.0',
    jurisdiction: event.jurisdiction,
    // Seconds, as the specification has it.
    consentTimestamp: Math.floor(event.recordedAt.getTime() / 1000),
    collectionMethod: `${event.act} (${event.method}, ${event.source}), shown ${noticeName(event)}${age}${facts.imported ? `. ${facts.imported.inWords}` : ''}`,
    consentReceiptID: facts.receiptId,
    language: event.language,
    piiPrincipalId: facts.principal,
    piiControllers: controllers.map(({ name, address, country, email, phone }) => ({
      piiController: name,
      contact: email,
      address: { streetAddress: address, addressCountry: country ?? undefined },
      email,
      phone,
    })),
    policyUrl: facts.links.notice,
    services: [
      {
        service: facts.institution.name,
        purposes: [
          {
            purpose: research
              ? `${facts.purposeTitle}. Areas of research: ${research.areas.join('; ')}. Ethics: ${research.ethics}`
              : facts.purposeTitle,
            purposeCategory: [purpose?.dpv ? `dpv:${purpose.dpv}` : event.purposeId],
            consentType: `${event.consentType === 'explicit' ? 'EXPLICIT' : 'EXPRESSED'}, ${event.status.toUpperCase()}`,
            piiCategory: categories.map(({ title }) => title),
            primaryPurpose: false,
            termination: withdrawn ? 'ended with this decision' : facts.validity.inWords,
            ...(recipients.length > 0
              ? { thirdPartyDisclosure: true, thirdPartyName: recipients.map(({ name }) => name).join('; ') }
              : { thirdPartyDisclosure: false }),
          },
        ],
      },
    ],
    sensitive: categories.some(({ special }) => special),
    spiCat: categories.filter(({ special }) => special).map(({ title }) => title),
  };
}
