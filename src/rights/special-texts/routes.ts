import { type Route, route } from '../../foundations/contract/contract.ts';
import { SpecialText, SpecialTextInput, SpecialTextParams } from './model.ts';
import type { SpecialTextService } from './service.ts';

const tag = 'Special texts';

export function specialTextRoutes(specialTexts: SpecialTextService): Route[] {
  return [
    route(
      {
        operationId: 'markSpecialText',
        method: 'post',
        path: '/v1/special-texts',
        tag,
        summary: 'Mark free text that tells of a special category of data (Art. 9)',
        description:
          'From then on it is masked in lists, requests and reports. Two persons together see it: a disclosure of kind ' +
          '`special-text` names it by the id that is answered.',
        permission: 'special-texts.mark',
        body: SpecialTextInput,
        example: { of: 'title', subject: 'account:jo-keller', doi: '10.1234/rivers.2020' },
        idempotency: 'required',
        status: 201,
        response: SpecialText,
      },
      async ({ context, body }) => ({ body: await specialTexts.mark(context, body) }),
    ),
    route(
      {
        operationId: 'unmarkSpecialText',
        method: 'delete',
        path: '/v1/special-texts/{specialTextId}',
        tag,
        summary: 'Take a mark away that was a mistake',
        description:
          'The text is shown as any other from then on. That it was marked, and by whom it was undone, stays in the ' +
          'log.',
        permission: 'special-texts.unmark',
        params: SpecialTextParams,
        status: 204,
      },
      async ({ context, params }) => {
        await specialTexts.unmark(context, params.specialTextId);
        return {};
      },
    ),
  ];
}
