import { textsIn } from '../../../foundations/messages/texts.ts';
import type { AgeCheck } from '../../../law/child-consent.ts';
import { CONSENT_STATUS, type ConsentStatus } from '../../../law/consent-status.ts';
import { lawTerms } from '../../../register/view/law-terms.ts';
import { ageInWords } from './age-in-words.ts';
import { type NamedParty, noticeName, type ReceiptFacts } from './facts.ts';

const SCHEMA = 'https://w3id.org/dpv/schema/dpv-27560#';

/** The JSON-LD context, served by ourselves: nothing is fetched from anywhere to read a receipt (REQ-H08). */
export const RECEIPT_CONTEXT = {
  '@context': {
    dpv: 'https://w3id.org/dpv#',
    'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
    pd: 'https://w3id.org/dpv/pd#',
    dct: 'http://purl.org/dc/terms/',
    schema: 'https://schema.org/',
    xsd: 'http://www.w3.org/2001/XMLSchema#',
    'dct:conformsTo': { '@type': '@id' },
    'dct:created': { '@type': 'xsd:dateTime' },
    'dct:dateSubmitted': { '@type': 'xsd:dateTime' },
    'dpv:isIndicatedAtTime': { '@type': 'xsd:dateTime' },
    'dpv:isExercisedAt': { '@type': '@id' },
    'schema:url': { '@type': '@id' },
  },
};

function entity(party: NamedParty, role: string) {
  return {
    '@type': [role],
    'dct:identifier': party.id,
    'dpv:hasName': party.name,
    'schema:streetAddress': [party.address, party.country].filter((part) => part !== null).join(', '),
    'schema:contactPoint': { 'schema:email': party.email, 'schema:telephone': party.phone },
  };
}

/** The consent record of ISO/IEC TS 27560:2023 with what the GDPR adds, inside a receipt, in DPV JSON-LD. */
export function isoReceipt(facts: ReceiptFacts) {
  const { event, purpose, research, controllers, recipients, authority, links } = facts;
  const terms = lawTerms(facts.institution, textsIn(event.language));
  const right = (article: string, title: string, at: string) => ({
    '@type': ['dpv:DataSubjectRight', `eu-gdpr:${article}`],
    'dct:title': title,
    'dpv:isExercisedAt': at,
  });
  const record = {
    '@id': `${links.receipt}#record`,
    '@type': 'dpv:ConsentRecord',
    'dct:conformsTo': [`${SCHEMA}record`, `${SCHEMA}record-eu-gdpr`],
    'dct:identifier': facts.receiptId,
    'dpv:hasDataSubject': { '@type': 'dpv:DataSubject', 'dct:identifier': facts.principal },
    'dpv:hasNotice': {
      '@type': 'dpv:ConsentNotice',
      'dct:identifier': noticeName(event),
      'schema:url': links.notice,
      'schema:sha256': event.noticeHash,
    },
    'dct:language': event.language,
    'dpv:hasJurisdiction': event.jurisdiction,
    'dpv:hasProcess': {
      '@type': 'dpv:Process',
      'dpv:hasPurpose': {
        '@type': purpose?.dpv ? `dpv:${purpose.dpv}` : 'dpv:Purpose',
        'dct:identifier': event.purposeId,
        'dct:hasVersion': event.purposeVersion,
        'dct:title': facts.purposeTitle,
        'dct:description': facts.purposeDescription,
        ...(research ? { 'dct:coverage': research.areas, 'dct:references': research.ethics } : {}),
      },
      'dpv:hasLegalBasis': {
        '@type': `eu-gdpr:${event.consentType === 'explicit' ? 'A6-1-a-explicit-consent' : 'A6-1-a-non-explicit-consent'}`,
      },
      'dpv:hasPersonalData': facts.categories.map(({ id, title, special, source }) => ({
        '@type': special ? 'dpv:SpecialCategoryPersonalData' : 'dpv:PersonalData',
        'dct:identifier': id,
        'dct:title': title,
        'dct:source': source,
        'dpv:hasNecessity': 'dpv:Optional',
      })),
      'dpv:hasProcessing': [
        'dpv:Collect',
        'dpv:Store',
        'dpv:Use',
        ...facts.transfers.map(({ country, tool }) => ({
          '@type': 'dpv:Transfer',
          'dpv:hasLocation': country,
          'dct:description': terms.transferTool(tool),
        })),
      ],
      'dpv:hasLocation': facts.storage.place,
      'dpv:hasStorageCondition': (facts.storage.rules.length > 0
        ? facts.storage.rules
        : [{ category: 'any', action: 'erase', after: facts.validity.duration, counted: undefined }]
      ).map(({ category, action, after, counted }) => ({
        '@type': 'dpv:StorageDuration',
        'dct:identifier': category,
        'dct:description': `${counted ? 'from the end of the year, ' : ''}then: ${action}`,
        'dpv:hasLocation': facts.storage.place,
        'dpv:hasDuration': after,
      })),
      'dpv:hasDataController': controllers.map((party) => entity(party, 'dpv:DataController')),
      // The profile wants the field also where there is nobody.
      'dpv:hasRecipient':
        recipients.length > 0
          ? recipients.map((party) => entity(party, 'dpv:Recipient'))
          : [{ '@type': ['dpv:Recipient'], 'dpv:hasName': 'none' }],
      'dpv:hasAuthority': {
        '@type': 'dpv:DataProtectionAuthority',
        'dpv:hasName': authority.name,
        'schema:contactPoint': authority.contact,
      },
      'dpv:hasConsentControl': {
        '@type': 'dpv:WithdrawConsent',
        'dct:description':
          'Open the receipt and press the button, or send a POST without a body: no account is needed.',
        'dpv:isExercisedAt': links.withdraw,
      },
      'dpv:hasRight': [
        right('A7-3', 'Right to withdraw consent', links.withdraw),
        right('A15', 'Right of access', links.receipt),
        right('A17', 'Right to erasure', links.receipt),
        right('A77', 'Right to complain to an authority', authority.contact),
      ],
    },
    'dpv:hasConsentStatus': {
      '@type': `dpv:${CONSENT_STATUS[event.status as ConsentStatus].dpv ?? 'ConsentRevoked'}`,
      'dct:type': `dpv:${event.consentType === 'explicit' ? 'ExplicitlyExpressedConsent' : 'ExpressedConsent'}`,
      'dpv:isIndicatedAtTime': event.recordedAt.toISOString(),
      'dpv:isIndicatedBy': facts.principal,
      ...(event.ageCheck ? { 'dct:description': ageInWords(facts, event.ageCheck as AgeCheck) } : {}),
      ...(facts.imported
        ? {
            // Not recorded here: who says so, and when it came.
            'dct:provenance': facts.imported.inWords,
            'dct:dateSubmitted': facts.imported.at.toISOString(),
          }
        : {}),
      'dpv:hasIndicationMethod': `${event.act} (${event.method}, ${event.source})`,
      'dpv:hasDuration': facts.validity.duration,
      'dct:valid': facts.validity.inWords,
    },
  };
  return {
    '@context': links.context,
    '@id': links.receipt,
    '@type': 'dpv:ConsentReceipt',
    'dct:conformsTo': [`${SCHEMA}receipt`, `${SCHEMA}receipt-eu-gdpr`],
    'dct:identifier': facts.receiptId,
    'dct:created': (event.importedAt ?? event.recordedAt).toISOString(),
    'dpv:hasRecordOfActivity': record,
  };
}
