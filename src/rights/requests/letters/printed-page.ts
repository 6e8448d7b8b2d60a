import { letterBlocks } from '../../../foundations/print/letter.ts';
import type { PrintDocument, Sender } from '../../../foundations/print/model.ts';
import type { Language } from '../types.ts';

/** A letter to print and to file. */
export function letterPage(
  { subject, text, language }: { subject: string; text: string; language: Language },
  sender: Sender,
  date: string,
): PrintDocument {
  return { ...sender, title: subject, language, date, blocks: letterBlocks(text, sender.institution) };
}
