import { jurisdictionOf } from './jurisdictions.ts';

/** Who watches over the law of a place, from a day on. */
export interface SupervisoryAuthority {
  /** The state, or `EUI` for the institutions of the Union. */
  place: string;
  from: string;
  /** As it calls itself; where it does so in several languages, `jurisdictions.authority-<place>` says it. */
  name: string;
  /** Where a complaint is made. */
  contact: string;
}

const authority = (place: string, name: string, contact: string, from = '2018-05-25'): SupervisoryAuthority => ({
  place,
  from,
  name,
  contact,
});

/**
 * Of each place the latest that has begun counts. Germany is not here: its authorities are those of the Länder. Nor is
 * the Information Commission of the United Kingdom: it takes over when s. 119 of the Data (Use and Access) Act 2025 is in
 * force (SI 2026/386 reg. 1), and no day was appointed when this was written; `authorities` of an installation name it
 * from that day on.
 */
const AUTHORITIES: readonly SupervisoryAuthority[] = [
  authority('AT', 'Österreichische Datenschutzbehörde', 'https://www.dsb.gv.at'),
  authority(
    'BE',
    'Gegevensbeschermingsautoriteit / Autorité de protection des données',
    'https://www.dataprotectionauthority.be',
  ),
  authority('BG', 'Комисия за защита на личните данни', 'https://cpdp.bg'),
  authority(
    'CH',
    'Eidgenössischer Datenschutz- und Öffentlichkeitsbeauftragter',
    'https://www.edoeb.admin.ch',
    '2023-09-01',
  ),
  authority('CY', 'Office of the Commissioner for Personal Data Protection', 'https://www.dataprotection.gov.cy'),
  authority('CZ', 'Úřad pro ochranu osobních údajů', 'https://uoou.gov.cz'),
  authority('DK', 'Datatilsynet', 'https://www.datatilsynet.dk'),
  authority('EE', 'Andmekaitse Inspektsioon', 'https://www.aki.ee'),
  authority('ES', 'Agencia Española de Protección de Datos', 'https://www.aepd.es'),
  authority('EUI', 'European Data Protection Supervisor', 'https://www.edps.europa.eu', '2018-12-11'),
  authority('FI', 'Tietosuojavaltuutetun toimisto', 'https://tietosuoja.fi'),
  authority('FR', 'Commission nationale de l’informatique et des libertés (CNIL)', 'https://www.cnil.fr'),
  authority('GB', 'Information Commissioner', 'https://ico.org.uk/make-a-complaint/'),
  authority('GR', 'Αρχή Προστασίας Δεδομένων Προσωπικού Χαρακτήρα', 'https://www.dpa.gr'),
  authority('HR', 'Agencija za zaštitu osobnih podataka', 'https://azop.hr'),
  authority('HU', 'Nemzeti Adatvédelmi és Információszabadság Hatóság', 'https://naih.hu'),
  authority('IE', 'Data Protection Commission', 'https://www.dataprotection.ie'),
  authority('IS', 'Persónuvernd', 'https://www.personuvernd.is', '2018-07-20'),
  authority('IT', 'Garante per la protezione dei dati personali', 'https://www.garanteprivacy.it'),
  authority('LI', 'Datenschutzstelle', 'https://www.datenschutzstelle.li', '2018-07-20'),
  authority('LT', 'Valstybinė duomenų apsaugos inspekcija', 'https://vdai.lrv.lt'),
  authority('LU', 'Commission nationale pour la protection des données', 'https://cnpd.public.lu'),
  authority('LV', 'Datu valsts inspekcija', 'https://www.dvi.gov.lv'),
  authority('MT', 'Information and Data Protection Commissioner', 'https://idpc.org.mt'),
  authority('NL', 'Autoriteit Persoonsgegevens', 'https://www.autoriteitpersoonsgegevens.nl'),
  authority('NO', 'Datatilsynet', 'https://www.datatilsynet.no', '2018-07-20'),
  authority('PL', 'Prezes Urzędu Ochrony Danych Osobowych', 'https://uodo.gov.pl'),
  authority('PT', 'Comissão Nacional de Proteção de Dados', 'https://www.cnpd.pt'),
  authority(
    'RO',
    'Autoritatea Naţională de Supraveghere a Prelucrării Datelor cu Caracter Personal',
    'https://www.dataprotection.ro',
  ),
  authority('SE', 'Integritetsskyddsmyndigheten', 'https://www.imy.se'),
  authority('SI', 'Informacijski pooblaščenec', 'https://www.ip-rs.si'),
  authority('SK', 'Úrad na ochranu osobných údajov', 'https://dataprotection.gov.sk'),
];

/** Whose authority watches over a code: the state's, or `EUI`. */
export function watchedAs(code: string): string {
  const found = jurisdictionOf(code);
  return found?.regime === 'eudpr' ? 'EUI' : code.slice(0, 2);
}

/** The authority that the law itself gives a place, on a day; undefined where there is none or it is one of several. */
export function authorityOfPlace(code: string, on: string): SupervisoryAuthority | undefined {
  const own = AUTHORITIES.filter(({ place }) => place === watchedAs(code));
  return own.findLast(({ from }) => from <= on) ?? own[0];
}
