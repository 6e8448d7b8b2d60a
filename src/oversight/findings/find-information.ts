import { addDuration, localDay } from '../../law/duration.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import { found } from './found.ts';
import type { Finding } from './model.ts';

/** People who are still to be told of data that somebody else gave, of one place and one kind of source. */
export interface OpenInformation {
  of: 'items' | 'profiles';
  from: string;
  open: number;
  overdue: number;
  /** The first last day of them. */
  earliest: string;
}

/** Where data lies, by the holder that keeps it. */
const HOLDER = { items: 'content', profiles: 'profiles' } as const;
/** Of what is due within this time an officer is reminded. */
const REMINDED = 'P7D';

const people = (count: number) => (count === 1 ? 'One record' : `${count} records`);

/** Who should have been told of data that others gave, or must be within a week (GDPR Art. 14(3)). */
export function informationFindings(view: RegisterView, open: OpenInformation[]): Finding[] {
  const today = localDay(view.at, view.tenant.timeZone);
  return (['items', 'profiles'] as const).flatMap((of): Finding[] => {
    const here = open.filter((one) => one.of === of);
    const late = here.filter(({ overdue }) => overdue > 0);
    const about = { holder: HOLDER[of] };
    const [first] = (late.length > 0 ? late : here).map(({ earliest }) => earliest).sort();
    if (first === undefined || first > addDuration(today, REMINDED)) return [];
    const sources = [...new Set((late.length > 0 ? late : here).map(({ from }) => from))].join(', ');
    if (late.length === 0)
      return [found('information-due-soon', about, `${sources} gave data of which people are to be told by ${first}.`)];
    const count = late.reduce((sum, { overdue }) => sum + overdue, 0);
    return [
      found(
        'information-overdue',
        about,
        `${people(count)} came from ${sources}, and the people concerned were not told in time; the first by ${first}.`,
        new Date(first),
      ),
    ];
  });
}
