import { callbackUrlAt } from '../../rights/opendsr/addresses.ts';
import { createProcessorClient } from '../../rights/opendsr/client.ts';
import { createOpenDsrController } from '../../rights/opendsr/controller.ts';
import { openDsrCallbackRoutes } from '../../rights/opendsr/routes.ts';
import { answerUrlAt } from '../../rights/recipients/answer-url.ts';
import { recipientRoutes } from '../../rights/recipients/routes.ts';
import { createRecipients } from '../../rights/recipients/service.ts';
import { rectificationRoutes } from '../../rights/rectification/routes.ts';
import { createRectification } from '../../rights/rectification/service.ts';
import type { DataServices } from './data.ts';
import type { FoundationServices } from './foundations.ts';
import type { RegisterServices } from './register.ts';
import type { ServiceDeps } from './service-deps.ts';

/** Those who were given data are told what became of it (Art. 19): by message, or by OpenDSR where they speak it. */
export function buildRecipients(
  { store, vault, config, transports }: ServiceDeps,
  below: FoundationServices & RegisterServices & DataServices,
) {
  const { audit, outbox, publicContext, register, consent, informing, profiles, content } = below;
  const controller = createOpenDsrController({
    store,
    audit,
    vault,
    register,
    client: transports?.opendsr ?? createProcessorClient({ privateTargets: config?.outbox?.privateTargets ?? false }),
    token: (setting) => process.env[setting],
    callbackUrl: callbackUrlAt(config?.publicUrl),
  });
  const recipients = createRecipients({
    opendsr: controller,
    store,
    audit,
    vault,
    register,
    consent,
    informing,
    outbox,
    answerUrl: answerUrlAt(config?.publicUrl),
  });
  const processors = controller.with(recipients);
  const rectification = createRectification({ store, profiles, content, recipients });

  return {
    services: {
      recipients,
      /** Those that recipients' erasures were sent to by OpenDSR. */
      processors,
      rectification,
    },
    routes: [
      ...rectificationRoutes(rectification),
      ...recipientRoutes(recipients, publicContext),
      ...openDsrCallbackRoutes(processors, publicContext),
    ],
  };
}

export type RecipientServices = ReturnType<typeof buildRecipients>['services'];
