import { type ActDeps, createActing } from './acts/acting.ts';
import { createCourseActs } from './acts/course-acts.ts';
import { createDecisionActs } from './acts/decision-acts.ts';
import { createIdentityActs } from './acts/identity-acts.ts';

/** Everything that officers do to a request; each is one event, with the letter that tells of it. */
export function createActs(deps: ActDeps) {
  const acting = createActing(deps);
  return {
    acting: acting.acting,
    ...createCourseActs(deps, acting),
    ...createIdentityActs(deps, acting),
    ...createDecisionActs(deps, acting),
  };
}

export type Acts = ReturnType<typeof createActs>;
