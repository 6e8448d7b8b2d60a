import type { Awaited } from '../rule-sets.ts';
import type { DayOff } from '../working-calendar.ts';
import type { ExtensionReason } from './events.ts';
import type { ClockStep, ClockWarning, Pause, Reading, WhyIgnored } from './model.ts';
import { partsOf, wallTime } from './spelling.ts';

const WEEKDAYS = ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag'];
const MONTHS = `Januar Februar März April Mai Juni Juli August September Oktober November Dezember`.split(' ');

const day = (text: string): string => {
  const { weekday, day, month, year } = partsOf(text);
  return `${WEEKDAYS[weekday - 1]}, ${day}. ${MONTHS[month - 1]} ${year}`;
};
const MONTHS_IN_WORDS = { '1': 'ein Monat', '2': 'zwei Monate', '3': 'drei Monate' };
const days = (count: number): string => (count === 1 ? '1 Tag' : `${count} Tage`);

const AWAITED: Record<Awaited, string> = {
  identity: 'die Bestätigung der Identität',
  clarification: 'die Klärung, worum es geht,',
  fee: 'das Entgelt',
};
const OFF: Record<DayOff, string> = {
  saturday: 'ein Samstag',
  sunday: 'ein Sonntag',
  'public-holiday': 'ein Feiertag',
};
const REASONS: Record<ExtensionReason, string> = { complexity: 'Komplexität', number: 'Anzahl der Anträge' };
const IGNORED: Record<WhyIgnored, string> = {
  'before-receipt': 'es vor dem Eingang liegt',
  'already-asked': 'schon gefragt und noch nicht geantwortet war',
  'not-prompt': 'nicht unverzüglich gefragt wurde',
  'after-end': 'die Zeit dafür vorbei war',
  'never-suspends': 'das Warten darauf die Frist nicht anhält',
  'reasons-missing': 'die Gründe für die Verzögerung fehlen',
  'already-extended': 'die Frist nur einmal verlängert werden kann',
  closed: 'der Antrag abgeschlossen war',
};

export function sentenceDe(step: ClockStep): string {
  switch (step.rule) {
    case 'corrected': {
      const { type, was, became } = step.correction;
      return `Berichtigt: „${type}“ war für ${was} eingetragen; ${became ? `richtig ist ${became}` : 'es ist nicht geschehen'}, daher wurde alles neu berechnet.`;
    }
    case 'receipt':
      return `Eingegangen um ${wallTime(step.at, step.timeZone)} Uhr in ${step.timeZone}, daher ist der Tag des Eingangs ${day(step.day)}; es gelten die Regeln ${step.ruleSet}.`;
    case 'pause':
      return pause(step.pause, step.days, step.policy);
    case 'ignored': {
      const what =
        step.what === 'extension'
          ? 'Die Verlängerung'
          : step.what === 'other'
            ? 'Das Eingetragene'
            : `Die Frage, die ${AWAITED[step.what].replace(/,$/, '')} betrifft,`;
      const limit = step.limit === null ? '' : ` (binnen ${step.limit} Tagen)`;
      return `${what} vom ${day(step.on)} ändert die Frist nicht, weil ${IGNORED[step.why]}${limit}.`;
    }
    case 'month': {
      const [, count, unit] = /^P(\d+)([MD])$/.exec(step.length) ?? [];
      const period = unit === 'D' ? days(Number(count)) : MONTHS_IN_WORDS[count as keyof typeof MONTHS_IN_WORDS];
      const length = step.period === 'reply' ? period : `${period}, mit der Verlängerung,`;
      const run = step.length === 'P1M' ? 'läuft' : 'laufen';
      if (unit === 'D')
        return `Weil ${length} ab ${day(step.from)} laufen, der nicht mitzählt, endet die Frist am ${day(step.to)}.`;
      const why = step.clamped
        ? 'dem letzten Tag des Monats, weil der das Datum nicht hat'
        : 'dem Tag mit demselben Datum';
      return `Weil ${length} ab ${day(step.from)} ${run}, endet die Frist am ${day(step.to)}, ${why}.`;
    }
    case 'further-months':
      return `Weil die Verlängerung auch als zwei Monate ab dem Ende des ersten Monats (${day(step.from)}) gelesen werden kann, endet diese Lesart am ${day(step.to)}.`;
    case 'uncounted':
      return `Weil ${days(step.days)} nicht ${step.days === 1 ? 'zählt' : 'zählen'}, rückt das Ende von ${day(step.from)} auf ${day(step.to)}.`;
    case 'extended': {
      const until = step.lastDay ? `, rechtzeitig (bis ${day(step.lastDay)})` : ', während die Frist stillstand';
      return `Verlängert: Die Person wurde am ${day(step.on)} unterrichtet${until}, Grund: ${step.reasons.map((one) => REASONS[one]).join(' und ')}; daher kommen ${step.further === 'P2M' ? 'zwei Monate' : `höchstens ${days(Number(step.further.slice(1, -1)))}`} hinzu.`;
    }
    case 'readings':
      return `Das Recht lässt mehr als eine Lesart zu: ${step.readings.map(reading).join('; ')}. Daher gilt die frühere Lesart der angewandten Regel: ${day(step.earliest)}.`;
    case 'shift': {
      const { from, to, skipped } = step.shift;
      if (skipped.length === 0)
        return `Weil ${day(from)}${where(step.place)} ein Arbeitstag ist, bleibt es der letzte Tag.`;
      const off = skipped
        .map((one) => `${day(one.day)} ${OFF[one.why]}${one.computed ? ' (berechnet)' : ''}`)
        .join(' und ');
      return `Weil${where(step.place)} ${off} ist, ist der letzte Tag der nächste Arbeitstag, ${day(to)}.`;
    }
    case 'suspended': {
      const left =
        step.daysLeft === null
          ? 'Mit der Antwort beginnt die Frist neu.'
          : `Mit der Antwort ${step.daysLeft === 1 ? 'bleibt noch 1 Tag' : `bleiben noch ${step.daysLeft} Tage`}.`;
      return `Weil ${AWAITED[step.awaiting]} seit ${day(step.since)} aussteht, steht die Frist still und hat kein Ende. ${left}`;
    }
    case 'due':
      return `Daher ist die Antwort bis zum Ablauf von ${day(step.day)} fällig (24:00 Uhr in ${step.timeZone}).`;
    case 'target':
      return `Weil unverzüglich zu antworten ist, ist das Ziel ${day(step.day)}, ${step.workingDays === 1 ? 'einen Arbeitstag' : `${step.workingDays} Arbeitstage`} vor ${day(step.before)}.`;
    case 'warning':
      return `Warnung: ${warning(step.warning)}`;
    case 'closed': {
      if (step.how === 'withdrawn') return `Die Person hat den Antrag am ${day(step.on)} zurückgenommen.`;
      const what = step.how === 'answered' ? 'Geantwortet wurde' : 'Über die Ablehnung unterrichtet wurde';
      const until = step.lastDay ? `; letzter Tag dafür: ${day(step.lastDay)}` : '';
      return `${what} am ${day(step.on)}${until}; das ist daher ${step.late ? 'verspätet' : 'rechtzeitig'}.`;
    }
  }
}

const where = (place: string): string => (place === 'none' ? '' : ` nach dem Kalender von ${place}`);

function pause({ awaiting, asked, answered, effect }: Pause, count: number | null, policy: string | null): string {
  const by = policy === null ? '' : policy === 'resume' ? ' (Regel: Resttage bleiben)' : ' (Regel: neuer Beginn)';
  const begun = `Weil ${AWAITED[awaiting]} am ${day(asked)} verlangt wurde`;
  if (answered === null) return `${begun} und aussteht, steht die Frist still${by}.`;
  const then =
    effect === 'restart'
      ? 'läuft die Frist ab diesem Tag'
      : count === 1
        ? 'zählt 1 Tag nicht'
        : `zählen ${count ?? 0} Tage nicht`;
  return `${begun} und am ${day(answered)} kam, ${then}${by}.`;
}

function reading({ extension, suspension, nominal, due }: Reading): string {
  const how = [
    ...(extension === 'from-receipt' ? ['drei Monate ab Beginn'] : []),
    ...(extension === 'from-end-of-first-month' ? ['zwei Monate ab Ende des ersten'] : []),
    ...(suspension ? [suspension === 'resume' ? 'Resttage bleiben' : 'neuer Beginn'] : []),
  ];
  return `${how.join(', ')}: ${day(nominal)}${due === nominal ? '' : `, mit freien Tagen ${day(due)}`}`;
}

function warning(found: ClockWarning): string {
  switch (found.code) {
    case 'calendar-unknown':
      return `Die Feiertage von ${found.place} sind nicht bekannt; nur Samstage und Sonntage galten als frei. Der Tag kann früher sein, als das Recht verlangt.`;
    case 'year-unknown':
      return `Die Feiertage von ${found.place} im Jahr ${found.year} sind nicht bekannt; nur Samstage und Sonntage galten als frei. Der Tag kann früher sein, als das Recht verlangt.`;
    case 'holiday-computed':
      return `Dass ${day(found.day)} in ${found.place} ein Feiertag ist, wurde berechnet, nicht veröffentlicht; die amtliche Liste des Jahres ist zu übernehmen.`;
    case 'holiday-doubted':
      return `Die veröffentlichte Liste von ${found.place} nennt ${day(found.day)} als Feiertag, doch das ist zweifelhaft; er galt als Arbeitstag. Ist er frei, so ist er als eigener Feiertag anzugeben.`;
  }
}
