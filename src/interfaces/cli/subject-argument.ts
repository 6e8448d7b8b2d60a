import { InvalidArgumentError } from 'commander';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';

const SUBJECT = new RegExp(SUBJECT_REF_PATTERN);

/** A person, as commands name one. */
export function subjectArgument(text: string): string {
  if (!SUBJECT.test(text)) throw new InvalidArgumentError('A person is named account:ID or visitor:ID.');
  return text;
}
