import { languagesIn } from '../../foundations/messages/texts.ts';
import { ASKED, type Asked } from '../../law/grounds.ts';

/** What a person can ask (GDPR Art. 7(3), 15 to 22; in the UK also DPA 2018 s. 164A). */
export const REQUEST_TYPES = ASKED;
export type RequestType = Asked;

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

/** Languages that have texts: in which requests are answered. */
export const LANGUAGES: readonly string[] = languagesIn();
export type Language = string;
