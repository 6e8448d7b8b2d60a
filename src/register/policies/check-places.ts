import { ids, known, type PolicyParts, type Report } from './policy-parts.ts';

/** Regions of the installation, and who says to be in one. */
export function checkRegions({ installation, parties }: PolicyParts, report: Report): void {
  if (!installation) return;
  const { regions = [], homeRegion } = installation.value;
  const names = regions.map(({ id }) => id);
  for (const [index, id] of names.entries())
    if (names.indexOf(id) !== index)
      report(installation, `/regions/${index}/id`, 'The same is declared twice.', 'Keep one of them.');
  if (homeRegion !== undefined) known(homeRegion, names, 'region', installation, '/homeRegion', report);
  else if (names.length > 0)
    report(
      installation,
      '/regions',
      'Nothing says where a portal is that names no region.',
      `Add homeRegion: ${names[0]}.`,
    );
  for (const located of parties) {
    const { region, country } = located.value;
    if (region === undefined) continue;
    known(region, names, 'region', located, '/region', report);
    const countries: string[] = regions.find(({ id }) => id === region)?.countries ?? [];
    if (country && countries.length > 0 && !countries.includes(country))
      report(
        located,
        '/region',
        `The party is in ${country}, which this region does not have.`,
        `Countries of it: ${countries.join(', ')}.`,
      );
  }
}

/** Where data is kept: by whom, and in a country of the region it is said to be in. */
export function checkPlaces({ places, parties, installation }: PolicyParts, report: Report): void {
  const regions = installation?.value.regions ?? [];
  for (const located of places) {
    const { party, region, country } = located.value;
    known(party, ids(parties), 'party', located, '/party', report);
    known(
      region,
      regions.map(({ id }) => id),
      'region',
      located,
      '/region',
      report,
    );
    const countries: string[] = regions.find(({ id }) => id === region)?.countries ?? [];
    if (countries.length > 0 && !countries.includes(country))
      report(
        located,
        '/country',
        'This country is not in the region of the place.',
        `Countries of it: ${countries.join(', ')}.`,
      );
  }
}

/** Templates of agreements (Art. 28(3)): between parties that work so in the activities they name. */
export function checkAgreements({ agreements, parties, activities }: PolicyParts, report: Report): void {
  for (const located of agreements) {
    const { controller, processor, subProcessors } = located.value;
    known(controller, ids(parties), 'party', located, '/controller', report);
    known(processor, ids(parties), 'party', located, '/processor', report);
    for (const [index, id] of subProcessors.authorised.entries())
      known(id, ids(parties), 'party', located, `/subProcessors/authorised/${index}`, report);
    if (controller === processor)
      report(located, '/processor', 'Nobody is its own processor.', 'Name the other party of the agreement.');
    for (const [index, id] of located.value.activities.entries()) {
      known(id, ids(activities), 'activity', located, `/activities/${index}`, report);
      const entries = activities.find(({ value }) => value.id === id)?.value.parties;
      const acting = entries?.find(({ party }) => party === processor);
      const acts = acting && (acting.role === 'processor' || acting.role === 'sub-processor');
      if (entries && (!acts || (acting.for !== undefined && acting.for !== controller)))
        report(
          located,
          `/activities/${index}`,
          `In this activity ${processor} does not act for ${controller}.`,
          'Add it to the parties of the activity, or take the activity out of the agreement.',
        );
    }
  }
  const above = new Map<string, string[]>();
  for (const { value } of agreements)
    above.set(value.processor, [...(above.get(value.processor) ?? []), value.controller]);
  for (const located of agreements) {
    const seen = new Set<string>();
    const rising = [located.value.controller];
    for (let party = rising.pop(); party !== undefined; party = rising.pop()) {
      if (seen.has(party)) continue;
      seen.add(party);
      rising.push(...(above.get(party) ?? []));
    }
    if (seen.has(located.value.processor) && located.value.controller !== located.value.processor)
      report(
        located,
        '/processor',
        'The agreements close in a circle: this processor would act for itself.',
        'Let every chain of agreements begin at a controller.',
      );
  }
}
