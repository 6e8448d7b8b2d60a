import Type from 'typebox';
import type { Audit } from '../../foundations/audit/audit.ts';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import { DeclaredHolder } from '../../foundations/holders/declaration.ts';
import type { Store } from '../../foundations/store/store.ts';
import { RelationsFile } from '../policies/conditions-model.ts';
import { HolidayFile } from '../policies/jurisdiction-model.ts';
import {
  Activity,
  AgreementTemplate,
  Category,
  ErasureRequestRule,
  Installation,
  Party,
  Place,
  Purpose,
  RetentionRule,
  RobotsFile,
} from '../policies/model.ts';
import type { Policies } from '../policies/policies.ts';
import { Transition } from '../policies/transitions-model.ts';
import { Words } from '../policies/whose-word.ts';
import { type RefuseDeps, refuseUndecided } from '../proposals/refuse-undecided.ts';
import { type EnactmentDeps, enactPolicies } from './enact-policies.ts';

const Loaded = Type.Object({ policyHash: Type.String(), changed: Type.Boolean() }, closed);
const PoliciesInForce = Type.Object(
  {
    hash: Type.String(),
    installation: Installation,
    parties: Type.Array(Party),
    purposes: Type.Array(Purpose),
    categories: Type.Array(Category),
    activities: Type.Array(Activity),
    rules: Type.Array(RetentionRule),
    erasureRequests: Type.Array(ErasureRequestRule),
    agreements: Type.Array(AgreementTemplate),
    places: Type.Array(Place),
    holders: Type.Optional(Type.Array(DeclaredHolder)),
    relations: Type.Optional(RelationsFile),
    robots: Type.Optional(RobotsFile),
    holidays: Type.Optional(Type.Array(HolidayFile)),
    letters: Type.Record(
      Type.String(),
      Type.Record(Type.String(), Type.Object({ subject: Type.String(), text: Type.String() }, closed)),
      { description: 'By letter and language.' },
    ),
    notices: Type.Array(
      Type.Object(
        { id: Type.String(), version: Type.String(), validFrom: Type.String(), languages: Type.Array(Type.String()) },
        closed,
      ),
    ),
    transitions: Type.Optional(Type.Array(Transition)),
    words: Type.Optional(Words),
  },
  closed,
);

export interface RegisterRouteDeps extends EnactmentDeps, RefuseDeps {
  store: Store;
  audit: Audit;
  policies: Policies;
}

export function registerRoutes(deps: RegisterRouteDeps): Route[] {
  const { store, audit, policies } = deps;
  return [
    route(
      {
        operationId: 'getPolicies',
        method: 'get',
        path: '/v1/policies',
        tag: 'Policies',
        summary: 'What this installation has decided, and the institution of the portal over it',
        description:
          'What decides here and now: purposes, rules, parties, notices, with the hash that stands in every log ' +
          'entry. With an institution’s own word merged over it.',
        permission: 'policies.read',
        status: 200,
        response: PoliciesInForce,
      },
      async ({ context }) => {
        // Pictures stand on papers and pages.
        const { notices, logos: _, ...set } = policies.of(context.tenant.id).current();
        const listed = notices.map(({ id, version, validFrom, texts }) => ({
          id,
          version,
          validFrom,
          languages: Object.keys(texts),
        }));
        return { body: { ...structuredClone(set), notices: listed } };
      },
    ),
    route(
      {
        operationId: 'reloadPolicies',
        method: 'post',
        path: '/v1/policies/reload',
        tag: 'Policies',
        summary: 'Load the policy folder again, all or nothing',
        description: 'With a mistake anywhere the old policies stay in force, and the answer names every mistake.',
        permission: 'policies.reload',
        scope: 'installation',
        idempotency: 'required',
        status: 200,
        response: Loaded,
      },
      async ({ context }) => {
        const before = policies.current().hash;
        const { policies: next, overlays = [], mistakes } = policies.candidate();
        if (!next)
          throw new Problem(
            'unprocessable-request',
            `The policies have ${mistakes.length} mistakes; the old ones stay in force.`,
            {
              errors: mistakes.map(({ file, line, column, message, remedy }) => ({
                pointer: `${file}:${line}:${column}`,
                detail: `${message} ${remedy}`,
              })),
            },
          );
        await refuseUndecided(
          deps,
          context,
          await deps.register.undecidedInChange(next, context.clock(), { overlays }),
        );
        const refused = await enactPolicies(deps, context, next, { overlays });
        if (refused.length > 0)
          throw new Problem('conflict', 'The policies cannot follow those in force; the old ones stay.', {
            errors: refused.map(({ file, message, remedy }) => ({ pointer: file, detail: `${message} ${remedy}` })),
          });
        const policyHash = next.hash;
        policies.adopt(next, overlays);
        await store.write(async (tx) => {
          await audit.add(tx, context, { action: 'policies.loaded', policyHash, detail: { before } });
        });
        return { body: { policyHash, changed: before !== policyHash } };
      },
    ),
  ];
}
