import type { ProfileService } from '../../../data/profiles/service.ts';
import type { Context } from '../../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../../foundations/contract/problem.ts';

interface CodeAddressDeps {
  profiles: Pick<ProfileService, 'accountOfEmail' | 'emailOf'>;
}

/**
 * Where a code goes. Of whom it is known whom the request is about, that account's own address, whatever somebody has
 * typed: a code that is read elsewhere would prove nothing. Else the address given, spelled as the account has it that
 * has it; where none has, the mail is the same and shows only that somebody reads there.
 * @throws Problem `conflict` where no address is kept of the person; naming `/method` where none was given.
 */
export async function codeAddress(
  { profiles }: CodeAddressDeps,
  context: Context,
  { subjectId, given }: { subjectId: string | null; given: string | null | undefined },
): Promise<string> {
  if (subjectId !== null) {
    const own = await profiles.emailOf(context, subjectId);
    if (own === undefined)
      throw new Problem(
        'conflict',
        'No address is kept of the person this is about: a code to any other would show nothing. Ask for documents, or record how the person was recognised.',
      );
    return own;
  }
  if (!given) throw invalidField('/method', 'needs an e-mail address of the person');
  return (await profiles.accountOfEmail(context, given))?.email ?? given;
}
