import type { TokenEnds } from '../../foundations/access/token-ends.ts';
import type { ExternalHolder, Secrets } from '../../foundations/holders/external.ts';
import type { Holder } from '../../foundations/holders/holder.ts';
import type { MailTransport } from '../../foundations/outbox/mail.ts';
import type { WebhookTransport } from '../../foundations/outbox/webhook.ts';
import type { Clock } from '../../foundations/process/clock.ts';
import type { Log } from '../../foundations/process/log.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { BreachRules } from '../../law/rule-sets.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { ProcessorClient } from '../../rights/opendsr/client.ts';
import type { RequestPorts } from '../../rights/requests/ports.ts';
import type { Config } from '../config.ts';
import type { DataStep } from '../data-steps.ts';

/** What every part is built over. */
export interface ServiceDeps {
  store: Store;
  vault: Vault;
  policies: Policies;
  clock: Clock;
  log: Log;
  config?: Pick<Config, 'dataFolder' | 'publicUrl'> &
    Partial<
      Pick<Config, 'witnesses' | 'outbox' | 'opendsr' | 'region' | 'place' | 'clockLimits'> &
        Pick<Config, 'allowPlainDatabase' | 'tokenMaxDays' | 'failedSignIns' | 'importLimit'>
    >;
  /** Instead of those of the release: for tests of the way itself. */
  dataSteps?: readonly DataStep[];
  /** Instead of the settings: for tests that travel by years. */
  tokenEnds?: TokenEnds;
  /** Instead of the law as it stands: for tests of one to come. */
  breachRules?: readonly BreachRules[];
  /** Instead of the real ones: for tests that watch what is sent. */
  transports?: { webhook?: WebhookTransport; mail?: MailTransport; opendsr?: ProcessorClient };
  /** Instead of the real ones: for tests of a request alone. */
  requestPorts?: (real: RequestPorts) => RequestPorts;
  /** Instead of the holders below: for tests that plant a fault in one. */
  holders?: (holders: Holder[]) => Holder[];
  /** Instead of those the policies declare: for tests that plant a fault in one. */
  externalHolders?: ExternalHolder[];
  /** Instead of the environment: where settings that holders outside name are found. */
  secrets?: Secrets;
}
