/** What a person can ask (GDPR Art. 7(3), 15 to 22; in the UK also DPA 2018 s. 164A). */
export const REQUEST_TYPES = [
  'access',
  'portability',
  'rectification',
  'erasure',
  'restriction',
  'objection',
  'consent-withdrawal',
  'human-review',
  'complaint',
] as const;
export type RequestType = (typeof REQUEST_TYPES)[number];

/** Where each right stands. */
export const ARTICLES: Record<RequestType, string> = {
  access: 'Art. 15',
  portability: 'Art. 20',
  rectification: 'Art. 16',
  erasure: 'Art. 17',
  restriction: 'Art. 18',
  objection: 'Art. 21',
  'consent-withdrawal': 'Art. 7(3)',
  'human-review': 'Art. 22(3)',
  complaint: 'DPA 2018 s. 164A',
};

/** By which way a request came. */
export const CHANNELS = ['letter', 'phone', 'email', 'in-person', 'platform', 'page', 'opendsr', 'drp'] as const;
export type Channel = (typeof CHANNELS)[number];

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];
