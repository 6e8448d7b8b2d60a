import type { Command } from 'commander';

/** A command of `lethe`. Its file is loaded when it is called: most of what commands need, `lethe --help` does not. */
export interface CommandEntry {
  name: string;
  /** What follows the name in the list of commands; a test holds it against the command itself. */
  synopsis?: string;
  description: string;
  load: () => Promise<{ define: (command: Command) => void }>;
}

export const commands: CommandEntry[] = [
  {
    name: 'config',
    synopsis: '[options]',
    description: 'print the settings in effect, secrets masked',
    load: () => import('./config.ts'),
  },
  {
    name: 'policies',
    description: 'what this installation has decided (LETHE_POLICIES)',
    load: () => import('./policies.ts'),
  },
  {
    name: 'tenants',
    description: 'the institutions with portals here',
    load: () => import('./tenants.ts'),
  },
  {
    name: 'departures',
    description: 'the end of a contract: everything returned, then erased (Art. 28(3)(g))',
    load: () => import('./departures.ts'),
  },
  {
    name: 'tokens',
    description: 'credentials for servers, browsers and people',
    load: () => import('./tokens.ts'),
  },
  {
    name: 'register',
    description: 'who is controller, processor and sub-processor of what, and whether that is still true',
    load: () => import('./register.ts'),
  },
  {
    name: 'outbox',
    description: 'messages to other organisations: sent, waiting, given up',
    load: () => import('./outbox.ts'),
  },
  {
    name: 'breach',
    description: 'the register of all breaches of personal data (Art. 33, 34)',
    load: () => import('./breach.ts'),
  },
  {
    name: 'authority-pack',
    description: 'everything an authority may ask for, in one signed ZIP',
    load: () => import('./authority-pack.ts'),
  },
  {
    name: 'retention',
    description: 'what is due to be destroyed, and destroying it',
    load: () => import('./retention.ts'),
  },
  {
    name: 'requests',
    description: 'requests of data subjects and their clocks (Art. 12, 15 to 22)',
    load: () => import('./requests.ts'),
  },
  {
    name: 'report',
    synopsis: '[options] <subject>',
    description: 'write everything held about one person as a ZIP (PDF, page, JSON, CSV, manifest)',
    load: () => import('./report.ts'),
  },
  {
    name: 'erase',
    synopsis: '[options] <subject>',
    description: 'forget one person as the policies decide',
    load: () => import('./erase.ts'),
  },
  {
    name: 'visits',
    description: 'erasing single visits, or those of a time',
    load: () => import('./visits.ts'),
  },
  {
    name: 'certificate',
    description: 'what erasures and sweeps prove',
    load: () => import('./certificate.ts'),
  },
  {
    name: 'log',
    description: 'the audit log, as anybody can check it',
    load: () => import('./log.ts'),
  },
  {
    name: 'receipt',
    description: 'receipts of decisions on consent',
    load: () => import('./receipt.ts'),
  },
  {
    name: 'import',
    description: 'bring data in',
    load: () => import('./import.ts'),
  },
  {
    name: 'robots',
    description: 'which visits are robots’, by published lists',
    load: () => import('./robots.ts'),
  },
  {
    name: 'holidays',
    description: 'public holidays of a place, and taking official lists over',
    load: () => import('./holidays.ts'),
  },
  {
    name: 'vault',
    description: 'the keys',
    load: () => import('./vault.ts'),
  },
  {
    name: 'backup',
    synopsis: '[options]',
    description: 'back up data and keyring while the service runs; `backup verify` checks backups',
    load: () => import('./backup.ts'),
  },
  {
    name: 'restore',
    synopsis: '[options] <file>',
    description: 'bring a backup of the data back; stop the service first',
    load: () => import('./restore.ts'),
  },
  {
    name: 'compact',
    synopsis: '[options]',
    description: 'write a database file of SQLite anew, without its free pages; stop the service first',
    load: () => import('./compact.ts'),
  },
  {
    name: 'holders',
    description: 'places outside the database that hold personal data',
    load: () => import('./holders.ts'),
  },
];
