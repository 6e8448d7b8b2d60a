import type { Token } from '../foundations/access/model.ts';
import type { AccessService } from '../foundations/access/service.ts';
import type { SignInState } from '../foundations/access/sign-ins.ts';
import type { Audit } from '../foundations/audit/audit.ts';
import type { Context } from '../foundations/contract/context.ts';
import { selector, textsIn } from '../foundations/messages/texts.ts';
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
      const letters = await letterToInstitution(deps, context, failedLetter(context, state));
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
  const t = textsIn(tenant.language);
  const line = ({ id, role, label, expiresAt }: Token) =>
    t('officers.tokens.line', {
      day: expiresAt === null ? '–' : t.dayOf(new Date(expiresAt), tenant.timeZone),
      label,
      role,
      id,
    });
  return {
    topic: 'access.tokens-end',
    data: { tenant: tenant.id, tokens: tokens.map(({ id }) => id) },
    subject: t('officers.tokens.subject', { portal: tenant.name, count: tokens.length }),
    text: [
      t('officers.tokens.text', { portal: tenant.name }),
      tokens.map((token) => `- ${line(token)}`).join('\n'),
      t('officers.tokens.how', {
        post: 'POST /v1/tokens',
        issue: 'lethe tokens issue',
        revoke: 'lethe tokens revoke',
      }),
    ].join('\n\n'),
  };
}

function failedLetter({ tenant }: Context, { failed, refused, from }: SignInState) {
  const t = textsIn(tenant.language);
  const kinds = Object.entries(from).map(([kind, count]) =>
    t('officers.sign-ins.from', { count, kind: selector(kind) }),
  );
  return {
    topic: SIGN_INS,
    data: { failed, refused },
    subject: t('officers.sign-ins.subject'),
    text: [
      t('officers.sign-ins.text', { failed, refused, kinds: t.list(kinds) }),
      t('officers.sign-ins.what', { revoke: 'lethe tokens revoke' }),
    ].join('\n\n'),
  };
}
