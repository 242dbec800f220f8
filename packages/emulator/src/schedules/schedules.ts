import { oneAtATime } from '../one-at-a-time.js';
import { newId } from '../storage/identifiers.js';
import { type Change, del, put } from '../store/changes.js';
import type { Database } from '../store/database.js';
import { jsonKind, numberKey } from '../store/kinds.js';
import type { Schedule, ScheduleSettings } from './schedule.js';

/** One invocation of a schedule. */
export interface ScheduleLogLine {
  readonly message: string;
  readonly level: 'INFO' | 'WARNING' | 'ERROR';
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Another schedule has the name. */
export class ScheduleNameTakenError extends Error {
  readonly code = 'name-not-unique';

  constructor(name: string) {
    super(`name: got ${JSON.stringify(name)}, expected a name that no other schedule has`);
    this.name = 'ScheduleNameTakenError';
  }
}

/** The stored schedules, with their logs. */
export interface Schedules {
  /** Oldest first. */
  list(): readonly Schedule[];
  find(idOrName: string): Schedule | undefined;
  /** @throws ScheduleNameTakenError, UnwritableOutputError */
  create(settings: ScheduleSettings & { readonly name?: string }, now: Date): Promise<Schedule>;
  /** `undefined`: there is none. @throws ScheduleNameTakenError, UnwritableOutputError */
  update(id: string, changes: Partial<Schedule>): Promise<Schedule | undefined>;
  remove(id: string): Promise<void>;
  /** Oldest first, at most 1,000. */
  log(id: string): readonly ScheduleLogLine[];
  write(id: string, line: ScheduleLogLine): Promise<void>;
  forget(): Promise<void>;
}

interface Kept {
  readonly key: string;
  schedule: Schedule;
  readonly lines: { readonly key: string; readonly line: ScheduleLogLine }[];
}

const kind = jsonKind<Schedule>('schedules');
const logKind = jsonKind<ScheduleLogLine>('schedule-logs');
const mostLines = 1000;

/** @param warn called with a message about damaged schedules */
export async function openSchedules(database: Database, warn: (message: string) => void): Promise<Schedules> {
  const kept = new Map<string, Kept>();
  const inTurn = oneAtATime();
  let last = 0;
  for (const { key, value } of await database.entries(kind)) {
    last = Number.parseInt(key, 36);
    if (value === undefined) {
      warn(`${database.name}: a schedule is damaged, and is omitted`);
      continue;
    }
    const lines = (await database.entries(logKind, `${key}/`)).flatMap(({ key: at, value: line }) =>
      line ? [{ key: at, line }] : [],
    );
    kept.set(value.id, { key, schedule: value, lines });
  }
  const list = (): Schedule[] => Array.from(kept.values(), ({ schedule }) => schedule);
  const refuseTaken = (name: string, but?: string): void => {
    if (list().some((one) => one.name === name && one.id !== but)) throw new ScheduleNameTakenError(name);
  };
  const removal = ({ key, lines }: Kept): Change[] => [del(kind, key), ...lines.map((line) => del(logKind, line.key))];
  return {
    list,
    find(idOrName) {
      const name = idOrName.replace(/^[^~/]*[~/]/, '');
      return kept.get(idOrName)?.schedule ?? list().find((one) => one.name === name);
    },
    create: ({ name: wanted, ...settings }, now) =>
      inTurn(async () => {
        const name = wanted ?? freeName(list());
        refuseTaken(name);
        const at = now.toISOString();
        const schedule = { ...settings, id: newId(), name, createdAt: at, modifiedAt: at };
        const key = numberKey(++last);
        await database.commit([put(kind, key, schedule)]);
        kept.set(schedule.id, { key, schedule, lines: [] });
        return schedule;
      }),
    update: (id, changes) =>
      inTurn(async () => {
        const found = kept.get(id);
        if (found === undefined) return undefined;
        if (changes.name !== undefined) refuseTaken(changes.name, id);
        const next = { ...found.schedule, ...changes };
        await database.commit([put(kind, found.key, next)]);
        found.schedule = next;
        return next;
      }),
    remove: (id) =>
      inTurn(async () => {
        const found = kept.get(id);
        if (found === undefined) return;
        await database.commit(removal(found));
        kept.delete(id);
      }),
    log: (id) => (kept.get(id)?.lines ?? []).map(({ line }) => line),
    write: (id, line) =>
      inTurn(async () => {
        const found = kept.get(id);
        if (found === undefined) return;
        const number = Number.parseInt(found.lines.at(-1)?.key.split('/')[1] ?? '0', 36) + 1;
        const one = { key: `${found.key}/${numberKey(number)}`, line };
        const old = found.lines.slice(0, Math.max(0, found.lines.length + 1 - mostLines));
        await database.commit([put(logKind, one.key, line), ...old.map(({ key }) => del(logKind, key))]);
        found.lines.splice(0, old.length);
        found.lines.push(one);
      }),
    forget: () =>
      inTurn(async () => {
        await database.commit([...kept.values()].flatMap(removal));
        kept.clear();
      }),
  };
}

function freeName(there: readonly Schedule[]): string {
  const taken = new Set(there.map(({ name }) => name));
  let name = 'my-schedule';
  for (let count = 2; taken.has(name); count += 1) name = `my-schedule-${count}`;
  return name;
}
