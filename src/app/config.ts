import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import Type, { type Static } from 'typebox';
import type { ClockLimits } from '../data/retention/clock-watch.ts';
import { TOKEN_DAYS } from '../foundations/access/token-ends.ts';
import { NoteError } from '../foundations/audit/log/note.ts';
import { parseWitnesses, type Witness } from '../foundations/audit/witness.ts';
import { plainMailFault } from '../foundations/outbox/mail-security.ts';
import { maskedUrl } from '../foundations/process/masked-url.ts';
import { readSecretFile } from '../foundations/process/own-files.ts';
import { packageRoot } from '../foundations/process/package-root.ts';
import { type CertifiedSigner, certifiedSigner } from '../foundations/signing/certified.ts';
import { TIMEOUTS, type Timeouts } from '../foundations/store/connections.ts';
import { plainPostgresFault } from '../foundations/store/plain-database.ts';
import { MasterKeyError, parseMasterKey } from '../foundations/vault/master-key.ts';

/** A time to wait, in whole or decimal seconds; `standard` in milliseconds. */
const seconds = (standard: number) =>
  Type.String({
    pattern: '^(?!0+(\\.0+)?$)\\d{1,4}(\\.\\d{1,3})?$',
    default: String(standard / 1000),
    description: 'seconds, more than 0 and less than 10000',
  });

const yesOrNo = Type.String({ pattern: '^(true|false)$', default: 'false', description: 'true or false' });

/** Every setting, from the environment only. `secret` ones are masked when printed and may come from a `_FILE`. */
const Settings = Type.Object({
  HOST: Type.String({ minLength: 1, default: '127.0.0.1', description: 'address to listen on' }),
  PORT: Type.String({ pattern: '^\\d{1,5}$', default: '8080', description: 'a port, 0 to 65535' }),
  LETHE_DATA: Type.String({
    minLength: 1,
    default: './data',
    description: 'folder of database, keyring and master key',
  }),
  DATABASE_URL: Type.Optional(
    Type.String({ pattern: '^(postgres(ql)?://|sqlite:).+', description: 'postgres://… or sqlite:PATH' }),
  ),
  LETHE_KEYRING_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://.+', description: 'postgres://…' })),
  LETHE_MASTER_KEY: Type.Optional(Type.String({ description: '32 bytes in base64 or hex' })),
  LETHE_BOOTSTRAP_TOKEN: Type.Optional(
    Type.String({ pattern: '^[A-Za-z0-9_-]{32,200}$', description: '32 to 200 letters, digits, _ or -' }),
  ),
  LETHE_POLICIES: Type.Optional(Type.String({ minLength: 1, description: 'folder of policies' })),
  LETHE_TRUST_PROXY: Type.String({ default: '', description: 'addresses or networks (CIDR), comma-separated' }),
  LETHE_RATE_LIMIT: Type.String({
    pattern: '^\\d{1,6}$',
    default: '600',
    description: 'requests a minute from one address with a portal key or none; 0 for no limit',
  }),
  LETHE_PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[A-Za-z0-9.-]+(:\\d{1,5})?(/[A-Za-z0-9._~/-]*)?$',
      maxLength: 200,
      description: 'the address people reach this service at, such as https://privacy.example.org',
    }),
  ),
  LETHE_REGION: Type.Optional(
    Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'a region of the policies: eu' }),
  ),
  LETHE_PLACE: Type.Optional(
    Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'a place of the policies: frankfurt' }),
  ),
  LETHE_WITNESSES: Type.String({
    maxLength: 10_000,
    default: '',
    description: 'witnesses of the log, <verifier key>=<URL>, comma-separated',
  }),
  LETHE_BACKUP_RECIPIENT: Type.String({
    pattern: '^(age1[0-9a-z]{58}(\\s*,\\s*age1[0-9a-z]{58})*)?$',
    maxLength: 2_000,
    default: '',
    description: 'recipients of age who may open backups of the data, age1…, comma-separated',
  }),
  DATABASE_MIGRATION_URL: Type.Optional(
    Type.String({ pattern: '^postgres(ql)?://.+', description: 'postgres://… of the role that owns the tables' }),
  ),
  LETHE_KEYRING_MIGRATION_URL: Type.Optional(
    Type.String({ pattern: '^postgres(ql)?://.+', description: 'postgres://… of the role that owns the keyring' }),
  ),
  LETHE_STATEMENT_TIMEOUT: seconds(TIMEOUTS.statement),
  LETHE_BATCH_TIMEOUT: seconds(TIMEOUTS.batch),
  LETHE_LOCK_TIMEOUT: seconds(TIMEOUTS.lock),
  LETHE_CONNECTION_TIMEOUT: seconds(TIMEOUTS.connection),
  LETHE_SMTP_URL: Type.Optional(
    Type.String({
      pattern: '^smtps?://[^\\s]+$',
      maxLength: 500,
      description: 'the mail server, smtp://user:password@host:587 or smtps://…',
    }),
  ),
  LETHE_MAIL_FROM: Type.String({
    pattern: '^[^\\s@<>,"\\r\\n]+@[^\\s@<>,"\\r\\n]+$',
    maxLength: 200,
    default: 'lethe@localhost',
    description: 'the address mail comes from, such as privacy@example.org',
  }),
  LETHE_OUTBOX_PRIVATE_TARGETS: yesOrNo,
  LETHE_ALLOW_PLAIN_MAIL: yesOrNo,
  LETHE_ALLOW_PLAIN_DATABASE: yesOrNo,
  LETHE_TOKEN_MAX_DAYS: Type.String({
    pattern: '^[1-9]\\d{0,4}$',
    default: String(TOKEN_DAYS),
    description: 'days a token may work at most',
  }),
  LETHE_FAILED_SIGN_INS: Type.String({
    pattern: '^\\d{1,6}$',
    default: '30',
    description: 'failed sign-ins from one network within a quarter of an hour; 0 for no limit',
  }),
  LETHE_OPENDSR_KEY: Type.Optional(Type.String({ minLength: 1, description: 'an RSA private key, PEM' })),
  LETHE_OPENDSR_CERTIFICATE: Type.Optional(
    Type.String({ minLength: 1, description: 'the file of the certificate of that key, PEM' }),
  ),
  LETHE_CLOCK_AHEAD_HOURS: Type.String({
    pattern: '^[1-9]\\d{0,4}$',
    default: '24',
    description: 'hours the clock may be ahead of the newest instant known before nothing is destroyed by it',
  }),
  LETHE_CLOCK_SERVER_MINUTES: Type.String({
    pattern: '^[1-9]\\d{0,4}$',
    default: '5',
    description: 'minutes the clock may be off the PostgreSQL server’s before nothing is destroyed by it',
  }),
  LETHE_IMPORT_MEGABYTES: Type.String({
    pattern: '^[1-9]\\d{0,5}$',
    default: '2048',
    description: 'megabytes that one import over HTTP may have at most',
  }),
  LETHE_LOG_LEVEL: Type.String({
    pattern: '^(trace|debug|info|warn|error|fatal|silent)$',
    default: 'info',
    description: 'trace, debug, info, warn, error, fatal or silent',
  }),
});
type SettingName = keyof Static<typeof Settings>;
const SECRETS: SettingName[] = [
  'LETHE_MASTER_KEY',
  'LETHE_BOOTSTRAP_TOKEN',
  'DATABASE_URL',
  'DATABASE_MIGRATION_URL',
  'LETHE_KEYRING_URL',
  'LETHE_KEYRING_MIGRATION_URL',
  'LETHE_SMTP_URL',
  'LETHE_OPENDSR_KEY',
];

const KNOWN = new Set([...Object.keys(Settings.properties), ...SECRETS.map((name) => `${name}_FILE`)]);

export interface Config {
  host: string;
  port: number;
  dataFolder: string;
  /** What `openStore` takes. */
  database: string;
  /** Whose role may change tables and own them; the service's own role then may not (PostgreSQL). */
  migrationDatabase: string | undefined;
  /** The keyring by the role that owns its tables (PostgreSQL). */
  migrationKeyring?: string | undefined;
  /** Without a slash at its end; undefined when nobody has said. */
  publicUrl: string | undefined;
  /** The region this instance serves; undefined: all. */
  region: string | undefined;
  /** The place of places.yaml its database is kept at. */
  place: string | undefined;
  /** Who cosigns the heads of the log. */
  witnesses: Witness[];
  /** A `postgres://` URL, or the path of the keyring file. */
  keyring: string;
  /** Who may open backups of the data beside this installation (age). */
  backupRecipients: string[];
  /** How long to wait for PostgreSQL, and on SQLite for another process that writes. */
  timeouts: Timeouts;
  masterKey: string | undefined;
  bootstrapToken: string | undefined;
  policies: string;
  trustedProxies: string[];
  rateLimit: number;
  outbox: OutboxConfig;
  /** Databases on other machines may be spoken to in the clear. */
  allowPlainDatabase: boolean;
  /** Days a token may work at most. */
  tokenMaxDays: number;
  /** Failed sign-ins from one network before new tokens from there must wait; 0: no limit. */
  failedSignIns: number;
  /** Who signs as processor in OpenDSR; undefined: it is not offered. */
  opendsr: CertifiedSigner | undefined;
  clockLimits: ClockLimits;
  /** Bytes of one import over HTTP at most. */
  importLimit: number;
  logLevel: string;
}

/** How messages to other organisations leave the house. */
interface OutboxConfig {
  /** Absent: mail stays sealed until it is exported. */
  smtpUrl: string | undefined;
  mailFrom: string;
  /** Mail may leave this machine in the clear. */
  allowPlain: boolean;
  /** Webhooks may go to private and loopback addresses, and without TLS. */
  privateTargets: boolean;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: string[];
  constructor(faults: string[]) {
    super(`The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}.`);
    this.faults = faults;
  }
}

const validate = new Ajv2020({
  allErrors: true,
  useDefaults: true,
  strict: false,
  verbose: true,
  validateSchema: false,
}).compile<Static<typeof Settings>>(Settings);

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** @throws ConfigError with all faults at once. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const faults: string[] = [];
  const given: Record<string, string> = {};
  for (const name of Object.keys(Settings.properties) as SettingName[]) {
    const value = environment[name];
    const file = SECRETS.includes(name) ? environment[`${name}_FILE`] : undefined;
    if (value && file) faults.push(`${name}: set it or ${name}_FILE, not both`);
    if (value) given[name] = value;
    else if (file) {
      const read = readSecretFile(file);
      if ('secret' in read) given[name] = read.secret;
      else faults.push(`${name}_FILE: the file ${read.fault}`);
    }
  }
  for (const name of Object.keys(environment))
    if (name.startsWith('LETHE_') && !KNOWN.has(name)) faults.push(`${name}: there is no such setting`);
  if (!validate(given))
    for (const { instancePath, parentSchema } of validate.errors ?? [])
      faults.push(
        `${instancePath.slice(1)}: must be ${(parentSchema as { description?: string }).description ?? 'valid'}`,
      );
  const settings = given as Static<typeof Settings>;
  if (/^\d{1,5}$/.test(settings.PORT) && Number(settings.PORT) > 65_535)
    faults.push('PORT: must be a port, 0 to 65535');
  const trustedProxies = (settings.LETHE_TRUST_PROXY ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  if (trustedProxies.some((network) => !isNetwork(network)))
    faults.push('LETHE_TRUST_PROXY: must be addresses or networks (CIDR), comma-separated');
  if (settings.LETHE_MASTER_KEY !== undefined)
    try {
      parseMasterKey(settings.LETHE_MASTER_KEY);
    } catch (error) {
      if (!(error instanceof MasterKeyError)) throw error;
      faults.push('LETHE_MASTER_KEY: must be 32 bytes in base64 or hex (openssl rand -base64 32)');
    }
  faults.push(...plainConnections(settings, faults));
  let witnesses: Witness[] = [];
  try {
    witnesses = parseWitnesses(settings.LETHE_WITNESSES ?? '');
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    faults.push(`LETHE_WITNESSES: ${error.message}`);
  }
  let opendsr: CertifiedSigner | undefined;
  const { LETHE_OPENDSR_KEY: key, LETHE_OPENDSR_CERTIFICATE: path } = settings;
  if ((key === undefined) !== (path === undefined))
    faults.push('LETHE_OPENDSR_KEY: is needed together with LETHE_OPENDSR_CERTIFICATE');
  else if (key !== undefined && path !== undefined)
    try {
      opendsr = certifiedSigner(key, contentOf(path) ?? '');
    } catch (error) {
      faults.push(`LETHE_OPENDSR_CERTIFICATE: ${(error as Error).message}`);
    }
  if (faults.length > 0) throw new ConfigError(faults);

  const dataFolder = resolve(settings.LETHE_DATA);
  return {
    host: settings.HOST,
    port: Number(settings.PORT),
    dataFolder,
    database: settings.DATABASE_URL ?? join(dataFolder, 'lethe.db'),
    migrationDatabase: settings.DATABASE_MIGRATION_URL,
    publicUrl: settings.LETHE_PUBLIC_URL?.replace(/\/+$/, ''),
    region: settings.LETHE_REGION,
    place: settings.LETHE_PLACE,
    witnesses,
    backupRecipients: (settings.LETHE_BACKUP_RECIPIENT ?? '').split(',').flatMap((one) => one.trim() || []),
    keyring: settings.LETHE_KEYRING_URL ?? join(dataFolder, 'keyring.db'),
    migrationKeyring: settings.LETHE_KEYRING_MIGRATION_URL,
    timeouts: {
      statement: Math.round(Number(settings.LETHE_STATEMENT_TIMEOUT) * 1000),
      batch: Math.round(Number(settings.LETHE_BATCH_TIMEOUT) * 1000),
      lock: Math.round(Number(settings.LETHE_LOCK_TIMEOUT) * 1000),
      connection: Math.round(Number(settings.LETHE_CONNECTION_TIMEOUT) * 1000),
    },
    masterKey: settings.LETHE_MASTER_KEY,
    bootstrapToken: settings.LETHE_BOOTSTRAP_TOKEN,
    policies: settings.LETHE_POLICIES ? resolve(settings.LETHE_POLICIES) : join(packageRoot, 'policies'),
    trustedProxies,
    rateLimit: Number(settings.LETHE_RATE_LIMIT),
    outbox: {
      smtpUrl: settings.LETHE_SMTP_URL,
      mailFrom: settings.LETHE_MAIL_FROM,
      allowPlain: settings.LETHE_ALLOW_PLAIN_MAIL === 'true',
      privateTargets: settings.LETHE_OUTBOX_PRIVATE_TARGETS === 'true',
    },
    allowPlainDatabase: settings.LETHE_ALLOW_PLAIN_DATABASE === 'true',
    tokenMaxDays: Number(settings.LETHE_TOKEN_MAX_DAYS),
    failedSignIns: Number(settings.LETHE_FAILED_SIGN_INS),
    opendsr,
    clockLimits: {
      aheadHours: Number(settings.LETHE_CLOCK_AHEAD_HOURS),
      serverMinutes: Number(settings.LETHE_CLOCK_SERVER_MINUTES),
    },
    importLimit: Number(settings.LETHE_IMPORT_MEGABYTES) * 1_048_576,
    logLevel: settings.LETHE_LOG_LEVEL,
  };
}

/** One address, or a network that is not simply everybody. */
function isNetwork(text: string): boolean {
  const [address, bits, more] = text.split('/');
  const family = isIP(address ?? '');
  if (family === 0 || address?.includes('%') || more !== undefined) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128);
}

/** What would leave this machine in the clear though nobody has said that it may. */
function plainConnections(settings: Static<typeof Settings>, faults: string[]): string[] {
  const databases = ['DATABASE_URL', 'DATABASE_MIGRATION_URL', 'LETHE_KEYRING_URL'] as const;
  const checks: [name: SettingName, opens: SettingName, fault: (url: string) => string | undefined][] = [
    ['LETHE_SMTP_URL', 'LETHE_ALLOW_PLAIN_MAIL', plainMailFault],
    ...databases.map((name): (typeof checks)[number] => [name, 'LETHE_ALLOW_PLAIN_DATABASE', plainPostgresFault]),
  ];
  return checks.flatMap(([name, opens, faultIn]) => {
    const url = settings[name];
    if (url === undefined || url.startsWith('sqlite:') || settings[opens] === 'true') return [];
    if (faults.some((fault) => fault.startsWith(`${name}:`))) return [];
    const fault = faultIn(url);
    return fault === undefined
      ? []
      : [`${name}: ${fault}; or set ${opens}=true where the network between is yours alone`];
  });
}

/** The values in effect, secrets masked, for `lethe config`. */
export function effectiveConfig(config: Config): [setting: string, value: string][] {
  return [
    ['HOST', config.host],
    ['PORT', String(config.port)],
    ['LETHE_DATA', config.dataFolder],
    ['DATABASE_URL', maskedUrl(config.database)],
    ['DATABASE_MIGRATION_URL', config.migrationDatabase ? maskedUrl(config.migrationDatabase) : 'as DATABASE_URL'],
    ['LETHE_PUBLIC_URL', config.publicUrl ?? 'not set'],
    ['LETHE_REGION', config.region ?? 'every region'],
    ['LETHE_PLACE', config.place ?? 'that of the region'],
    [
      'LETHE_WITNESSES',
      config.witnesses.map(({ verifier, url }) => `${verifier.name} at ${maskedUrl(url)}`).join(', ') || 'none',
    ],
    ['LETHE_KEYRING_URL', maskedUrl(config.keyring)],
    ['LETHE_BACKUP_RECIPIENT', config.backupRecipients.join(', ') || 'none'],
    [
      'LETHE_KEYRING_MIGRATION_URL',
      config.migrationKeyring ? maskedUrl(config.migrationKeyring) : 'as LETHE_KEYRING_URL',
    ],
    ['LETHE_STATEMENT_TIMEOUT', String(config.timeouts.statement / 1000)],
    ['LETHE_BATCH_TIMEOUT', String(config.timeouts.batch / 1000)],
    ['LETHE_LOCK_TIMEOUT', String(config.timeouts.lock / 1000)],
    ['LETHE_CONNECTION_TIMEOUT', String(config.timeouts.connection / 1000)],
    ['LETHE_MASTER_KEY', config.masterKey ? '*** (given)' : `file ${join(config.dataFolder, 'master.key')}`],
    ['LETHE_BOOTSTRAP_TOKEN', config.bootstrapToken ? '*** (given)' : 'made at first start'],
    ['LETHE_POLICIES', config.policies],
    ['LETHE_TRUST_PROXY', config.trustedProxies.join(', ') || 'none'],
    ['LETHE_RATE_LIMIT', config.rateLimit === 0 ? 'none' : `${config.rateLimit} a minute`],
    [
      'LETHE_SMTP_URL',
      config.outbox.smtpUrl ? maskedUrl(config.outbox.smtpUrl) : 'none: mail stays sealed until lethe outbox export',
    ],
    ['LETHE_MAIL_FROM', config.outbox.mailFrom],
    ['LETHE_OUTBOX_PRIVATE_TARGETS', String(config.outbox.privateTargets)],
    ['LETHE_ALLOW_PLAIN_MAIL', String(config.outbox.allowPlain)],
    ['LETHE_ALLOW_PLAIN_DATABASE', String(config.allowPlainDatabase)],
    ['LETHE_TOKEN_MAX_DAYS', String(config.tokenMaxDays)],
    ['LETHE_FAILED_SIGN_INS', config.failedSignIns === 0 ? 'no limit' : `${config.failedSignIns} a quarter of an hour`],
    ['LETHE_OPENDSR_KEY', config.opendsr ? `*** (given, for ${config.opendsr.domain})` : 'not set'],
    ['LETHE_CLOCK_AHEAD_HOURS', String(config.clockLimits.aheadHours)],
    ['LETHE_CLOCK_SERVER_MINUTES', String(config.clockLimits.serverMinutes)],
    ['LETHE_LOG_LEVEL', config.logLevel],
  ];
}
