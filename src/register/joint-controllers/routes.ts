import { type Route, route } from '../../foundations/contract/contract.ts';
import { renderHtml } from '../../foundations/print/html.ts';
import type { PublicRegister } from '../view/public-register.ts';
import { FOR_A_MINUTE, PUBLIC_READ, page } from '../view/public-register.ts';
import { JointControllerList, jointControllerList, jointControllerPage } from './arrangements.ts';

const address = '/register/{tenant}/joint-controllers' as const;

/** The essence of the arrangements between joint controllers, for everybody (GDPR Art. 26(2); REQ-A42). */
export function publicJointControllerRoutes(read: PublicRegister): Route[] {
  return [
    route(
      {
        ...PUBLIC_READ,
        operationId: 'getJointControllerPage',
        path: address,
        summary: 'What joint controllers have agreed, and who answers which right: a page for everybody',
        description:
          'The essence of the arrangement that Art. 26(2) wants available to the persons concerned: who informs, ' +
          'who answers which right, whom to turn to.',
        response: 'text/html; charset=utf-8',
      },
      async ({ params }) => {
        const view = await read(params.tenant);
        return page(renderHtml(jointControllerPage(jointControllerList(view), view)));
      },
    ),
    route(
      {
        ...PUBLIC_READ,
        operationId: 'getJointControllerList',
        path: `${address}.json`,
        summary: 'The same as data',
        description: 'The content of the page as JSON: parties, duties and points of contact.',
        response: JointControllerList,
      },
      async ({ params }) => ({ headers: FOR_A_MINUTE, body: jointControllerList(await read(params.tenant)) }),
    ),
  ];
}
