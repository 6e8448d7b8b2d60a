import type { Job } from '../src/app/job.ts';
import { accountWarnings } from './account-warnings.ts';
import { breachReminders } from './breach-reminders.ts';
import { consentExpiry } from './consent-expiry.ts';
import { dataRightsAgents } from './data-rights-agents.ts';
import { departures } from './departures.ts';
import { housekeeping } from './housekeeping.ts';
import { identityChecks } from './identity-checks.ts';
import { interruptedWork } from './interrupted-work.ts';
import { lateSweepAlarm } from './late-sweep-alarm.ts';
import { opendsr } from './opendsr.ts';
import { outbox } from './outbox.ts';
import { packages } from './packages.ts';
import { recipients } from './recipients.ts';
import { registerCheck } from './register-check.ts';
import { requestReminders } from './request-reminders.ts';
import { retentionSweep } from './retention-sweep.ts';
import { shortPeriods } from './short-periods.ts';
import { tokenEnds } from './token-ends.ts';
import { unconfirmedRequests } from './unconfirmed-requests.ts';
import { visitorStatistics } from './visitor-statistics.ts';
import { witnesses } from './witnesses.ts';

export const jobs: Job[] = [
  interruptedWork,
  departures,
  retentionSweep,
  shortPeriods,
  accountWarnings,
  visitorStatistics,
  consentExpiry,
  lateSweepAlarm,
  registerCheck,
  housekeeping,
  witnesses,
  outbox,
  breachReminders,
  recipients,
  identityChecks,
  requestReminders,
  unconfirmedRequests,
  packages,
  opendsr,
  dataRightsAgents,
  tokenEnds,
];
