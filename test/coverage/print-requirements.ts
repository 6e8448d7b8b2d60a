import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { collected, collectShown, holes, type Requirement, readTable, stateOf, TABLE } from './requirements.ts';

/**
 * `npm run requirements [-- --collect] [-- --open]`: what law and standards ask, and which tests show it. `--collect`
 * first writes into test/requirements.json what the names of the tests say (`(REQ-A14)`); `--open` prints the rest only.
 */
const { values } = parseArgs({ options: { collect: { type: 'boolean' }, open: { type: 'boolean' } } });
const WIDTH = Math.min(process.stdout.columns ?? 120, 140);
const INDENT = ' '.repeat(9);

function folded(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line !== '' && line.length + word.length + INDENT.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${INDENT}`);
}

function printed(id: string, requirement: Requirement): string {
  const { says, optional, shownBy = [], open, notApplicable } = requirement;
  const because = notApplicable ?? open;
  const state = `${stateOf(requirement)}${because ? `, because: ${because}` : ''}${optional ? ' (optional)' : ''}`;
  return [
    `${id}  ${folded(says)}`,
    `${INDENT}${folded(`= ${state}`)}`,
    ...shownBy.map((test) => `${INDENT}- ${folded(test)}`),
    '',
  ].join('\n');
}

const shown = collectShown();
if (values.collect) writeFileSync(TABLE, `${JSON.stringify(collected(readTable(), shown), null, 2)}\n`);
const table = readTable();
const sums = new Map<string, number>();
for (const [id, requirement] of Object.entries(table)) {
  const state = stateOf(requirement);
  sums.set(state, (sums.get(state) ?? 0) + 1);
  if (!values.open || state !== 'shown') console.log(printed(id, requirement));
}
console.log(
  `${Object.keys(table).length} requirements: ${[...sums].map(([state, count]) => `${count} ${state}`).join(', ')}`,
);
const wrong = holes(table, shown);
for (const hole of wrong) console.error(hole);
if (wrong.length > 0) process.exitCode = 1;
