import type { Context } from '../../foundations/contract/context.ts';
import type { Register } from '../../register/view/service.ts';
import type { RequestService } from '../requests/service.ts';
import { termsOf } from '../requests/timing.ts';
import { PROGRESS } from './progress.ts';
import type { Asked, RequestsPort } from './service.ts';

type Requests = Pick<RequestService, 'openFor' | 'file' | 'acts'>;
type Also = Parameters<RequestsPort['openRequest']>[2];

/**
 * Enters what a controller has sent as a request of the person. The controller has established who it is; it says so by
 * sending it (Art. 28(3)(a)), and tells the person itself.
 */
export function enterRequest(requests: Pick<Requests, 'openFor'>, context: Context, asked: Asked, also: Also) {
  return requests.openFor(context, {
    ...asked,
    also,
    channel: 'opendsr',
    enteredBy: 'processor',
    subjectBy: 'platform',
    identity: 'platform',
    acknowledge: false,
  });
}

/** Requests of persons, as far as a controller that speaks OpenDSR has to do with them. */
export function requestsForControllers(requests: Requests, register: Pick<Register, 'view'>): RequestsPort {
  return {
    openRequest: (context, asked, also) => enterRequest(requests, context, asked, also),
    stateOf: async (context, requestId) => PROGRESS[(await requests.file(context, requestId)).life.state],
    withdraw: async (context, requestId) =>
      requests.acts.withdraw(context, await requests.file(context, requestId), 'processor'),
    termsOf: async (context) => termsOf(await register.view(context)),
  };
}
