import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';

/** The shipped policies with the example holder declared; `change` may spoil its file. */
export function policiesWithPlatform(engine = 'postgres', change: (text: string) => string = (text) => text): string {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-holder-policies-'));
  cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
  const append = (file: string, from: string, to: string) => {
    const text = readFileSync(join(folder, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
    writeFileSync(join(folder, file), text.replace(from, to));
  };
  const example = readFileSync(join(folder, 'holders/platform.yaml.example'), 'utf8');
  writeFileSync(
    join(folder, 'holders/platform.yaml'),
    change(example.replace('engine: postgres', `engine: ${engine}`)),
  );
  const categories = ['account', 'logins', 'comments'];
  append(
    'categories.yaml',
    'categories:\n',
    `categories:\n${categories.map((id) => `  - { id: platform.${id}, title: ${id}, holder: platform, special: false, source: platform }\n`).join('')}`,
  );
  append(
    'retention.yaml',
    'rules:\n',
    `rules:
  - { id: logins-reduce, category: platform.logins, action: reduce, after: P7D, from: occurred, reason: As for visits. }
  - { id: logins-erase, category: platform.logins, action: erase, after: P6M, from: occurred, reason: As for visits. }
  - { id: comments-erase, category: platform.comments, action: erase, after: P10Y, from: occurred, reason: Long enough. }
  - { id: account-erase, category: platform.account, action: erase, after: P2Y, from: last-activity, reason: Closed. }
`,
  );
  append(
    'retention.yaml',
    'erasureRequests:\n',
    `erasureRequests:\n${categories.map((id) => `  - { category: platform.${id}, action: erase }\n`).join('')}`,
  );
  append(
    'activities/accounts.yaml',
    'categories: [',
    `categories: [${categories.map((id) => `platform.${id}`).join(', ')}, `,
  );
  return folder;
}
