import type { Contender, Entrant } from './entrant.js';
import { median } from './measure.js';
import { packageVersion, programVersion } from './program.js';
import type { Contestant, Figures, Measurement } from './result.js';

/** Milliseconds, at least: with few items a run can be shorter than the start-up that is subtracted. */
const SHORTEST = 1;

/** The measurements that all figures of a case are relative to. */
export interface Relation {
  readonly startUp: Entrant;
  readonly floor: Entrant;
  readonly items: number;
  readonly megabytes: number;
}

export function contenderFigures(contender: Contender, relation: Relation): Figures {
  const { name, rival, work, failed } = contender;
  const version = rival.package ? packageVersion(rival.package) : rival.program && programVersion(rival.program);
  const contestant: Contestant = {
    name,
    ...(rival.ours && { ours: rival.ours }),
    ...(version && { version }),
    ...(work.note !== undefined && { note: work.note }),
  };
  return failed === undefined ? { ...contestant, ...figuresOf(contender, relation) } : { ...contestant, failed };
}

/** Medians of an entrant's runs. */
export function figuresOf(entrant: Entrant, { startUp, floor, items, megabytes }: Relation): Omit<Measurement, keyof Contestant> {
  const empty = (key: 'wall' | 'cpu'): number => median(startUp.runs.map((run) => run[key]));
  const times = ({ program, runs }: Entrant, key: 'wall' | 'cpu'): number[] =>
    runs.map((run) => Math.max(run[key] - (program.kind === 'node' ? empty(key) : 0), SHORTEST));
  const walls = times(entrant, 'wall');
  const floorWall = median(times(floor, 'wall'));
  const seconds = median(walls) / 1000;
  const loads = entrant.runs.flatMap(({ loaded }) => (loaded === undefined ? [] : [loaded - empty('wall')]));
  return {
    seconds: rounded(seconds, 3),
    floors: rounded(median(walls) / floorWall, 3),
    spread: [rounded(Math.min(...walls) / floorWall, 3), rounded(Math.max(...walls) / floorWall, 3)],
    cpuFloors: rounded(median(times(entrant, 'cpu')) / median(times(floor, 'cpu')), 3),
    itemsPerSecond: Math.round(items / seconds),
    megabytesPerSecond: rounded(megabytes / seconds, 1),
    peakMegabytes: rounded(median(entrant.runs.map(({ peakMemory }) => peakMemory)) / 1e6, 1),
    ...(loads.length > 0 && { loadMilliseconds: Math.max(0, Math.round(median(loads))) }),
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
