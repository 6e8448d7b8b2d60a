import type { Token } from '../foundations/access/model.ts';
import type { AccessService } from '../foundations/access/service.ts';
import type { SignInState } from '../foundations/access/sign-ins.ts';
import type { Audit } from '../foundations/audit/audit.ts';
import type { Context } from '../foundations/contract/context.ts';
import type { OutboxService } from '../foundations/outbox/service.ts';
import type { Log } from '../foundations/process/log.ts';
import type { Store } from '../foundations/store/store.ts';
import type { Register } from '../register/view/service.ts';
import { letterToInstitution } from '../register/view/tell-institution.ts';

interface AlarmDeps {
  store: Store;
  audit: Audit;
  log: Log;
  access: AccessService;
  outbox: OutboxService;
  register: Pick<Register, 'view'>;
}

/** Milliseconds within which one mail says that sign-ins fail, however many instances see it. */
const ONCE_IN = 3_600_000;
const SIGN_INS = 'access.sign-ins-fail';

/** Mail about the credentials of an installation: tokens that will end, and sign-ins that fail unusually often. */
export function createAlarms(deps: AlarmDeps) {
  const { store, audit, log, access, outbox } = deps;

  return {
    /** Tells a tenant's officers of tokens that end within 30 days, of each once. Answers of how many. */
    async tellOfTokenEnds(context: Context): Promise<{ told: number; untold: number }> {
      const ending = await access.ending({ tenantId: context.tenant.id, untold: true });
      if (ending.length === 0) return { told: 0, untold: 0 };
      const letters = await letterToInstitution(deps, context, endingLetter(context, ending));
      if (letters.length === 0) return { told: 0, untold: ending.length };
      const told = await store.write(async (tx) => {
        const first = await access.noteEndTold(
          tx,
          context,
          ending.map(({ id }) => id),
        );
        // Another instance was faster, of all of them.
        if (first.length === 0) return 0;
        await outbox.add(tx, letters);
        await audit.add(tx, context, { action: 'token.end-announced', detail: { tokens: first } });
        return first.length;
      });
      return { told, untold: 0 };
    },

    /** Says in the log and by mail that sign-ins fail, once an hour; to whoever runs the installation. */
    async tellOfFailedSignIns(state: SignInState): Promise<void> {
      const { failed, refused, from } = state;
      log.warn({ failed, refused, from }, 'sign-ins fail unusually often: somebody may be guessing tokens');
      const context = await access.contextFor(access.defaultTenant, {
        id: 'system:sign-ins',
        role: 'operator',
        everyTenant: true,
      });
      const letters = await letterToInstitution(deps, context, failedLetter(state));
      const since = new Date(context.clock().getTime() - ONCE_IN);
      await store.write(
        async (tx) => {
          if (await outbox.hasTold(tx, context, SIGN_INS, since)) return;
          await outbox.add(tx, letters);
          await audit.add(tx, context, { action: 'access.sign-ins-failed', detail: { failed, refused } });
        },
        { isolation: 'serializable' },
      );
    },
  };
}

function endingLetter({ tenant }: Context, tokens: Token[]) {
  return {
    topic: 'access.tokens-end',
    data: { tenant: tenant.id, tokens: tokens.map(({ id }) => id) },
    subject: `Access at ${tenant.name}: ${tokens.length === 1 ? 'a token ends' : `${tokens.length} tokens end`} soon`,
    text: [
      `At ${tenant.name} these credentials stop working on the day beside them. Whatever uses them is then refused (401):`,
      tokens
        .map(({ id, role, label, expiresAt }) => `- ${expiresAt?.slice(0, 10)}: ${label} (${role}), token ${id}`)
        .join('\n'),
      'Issue new ones in time (POST /v1/tokens, or on the machine: lethe tokens issue), put them where the old ones are ' +
        'used, and revoke the old ones (lethe tokens revoke).',
    ].join('\n\n'),
  };
}

function failedLetter({ failed, refused, from }: SignInState) {
  const kinds = Object.entries(from).map(([kind, count]) => `${count} from ${IN_WORDS[kind as keyof typeof IN_WORDS]}`);
  return {
    topic: SIGN_INS,
    data: { failed, refused },
    subject: 'Sign-ins at Lethe fail unusually often',
    text: [
      `Within an hour ${failed} sign-ins with a token that is none were counted: ${kinds.join(', ')}. ` +
        `${refused} of them were not looked at any more.`,
      'Somebody may be guessing tokens, or a system goes on using one that was revoked. The access log of the reverse ' +
        'proxy tells from where. Tokens have 256 random bits: guessing them does not succeed; a token that was lost is ' +
        'revoked with lethe tokens revoke.',
    ].join('\n\n'),
  };
}

const IN_WORDS = {
  public: 'the internet',
  private: 'private networks',
  'this-machine': 'this machine (or a proxy on it that LETHE_TRUST_PROXY does not name)',
  unknown: 'addresses that cannot be told',
} as const;
