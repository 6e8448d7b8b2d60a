import { languagesIn, textsIn } from '../../../foundations/messages/texts.ts';

/**
 * What is mailed to an address that somebody has typed. Nothing in it is theirs, and nothing depends on what they typed:
 * one text in every language, the portal's name, and the link.
 */
export function confirmationMail(portal: string, link: string, days: number): { subject: string; text: string } {
  const all = languagesIn().map(textsIn);
  const please = all.map((t) => t('confirmation.mail.please')).join(' / ');
  const texts = all.map((t) => t('confirmation.mail.text', { portal, link, days }));
  return { subject: `${portal}: ${please}`, text: `${texts.join('\n\n----\n\n')}\n` };
}
