import type { TaskKind } from '@dataset-items/parts';
import type { Setup } from './setup.js';

/** What a worker has done since its start. */
export interface Tally {
  items(count: number): void;
  bytes(count: number): void;
  /** @param milliseconds that the task has taken @param outcome `stopped`: it was no longer needed */
  ended(kind: TaskKind, outcome: 'done' | 'failed' | 'stopped', milliseconds: number): void;
  /** Families of this worker. */
  lines(): readonly string[];
}

export function createTally(): Tally {
  const tasks = new Map<string, number>();
  const seconds = new Map<string, number>();
  let [items, bytes] = [0, 0];
  const add = (to: Map<string, number>, labels: string, amount: number): void =>
    void to.set(labels, (to.get(labels) ?? 0) + amount);
  return {
    items: (count) => {
      items += count;
    },
    bytes: (count) => {
      bytes += count;
    },
    ended: (kind, outcome, milliseconds) => {
      add(tasks, `kind="${kind}",outcome="${outcome}"`, 1);
      add(seconds, `kind="${kind}"`, milliseconds / 1000);
    },
    lines: () => {
      const { user, system } = process.cpuUsage();
      return [
        ...family('worker_tasks_total', 'counter', 'Tasks that this worker has ended', tasks),
        ...family('worker_task_seconds_total', 'counter', 'Seconds that tasks have taken in this worker', seconds),
        ...family('worker_items_total', 'counter', 'Items that this worker has read', [['', items]]),
        ...family('worker_bytes_total', 'counter', 'Bytes that this worker has written to the store', [['', bytes]]),
        ...family('worker_cpu_seconds_total', 'counter', 'Processor time of this worker', [['', (user + system) / 1e6]]),
        ...family('worker_memory_bytes', 'gauge', 'Resident memory of this worker', [['', process.memoryUsage.rss()]]),
      ];
    },
  };
}

const states = ['waiting', 'active', 'delayed', 'waiting-children', 'completed', 'failed'] as const;

/** The figures of the queue, and of a worker if there is one, in the text format of Prometheus. */
export async function metricsText({ exports, tasks }: Pick<Setup, 'exports' | 'tasks'>, tally?: Tally): Promise<string> {
  const [inExports, inTasks] = await Promise.all([exports.getJobCounts(...states), tasks.getJobCounts(...states)]);
  return [
    ...family(
      'exports',
      'gauge',
      'Exports in the queue, by state; the queue keeps those that ended for some days',
      counts(inExports),
    ),
    ...family('tasks', 'gauge', 'Tasks in the queue, by state; those that ended are removed', counts(inTasks)),
    ...(tally?.lines() ?? []),
    '',
  ].join('\n');
}

function counts(found: Readonly<Record<string, number>>): (readonly [string, number])[] {
  return states.map((state) => [`state="${state}"`, found[state] ?? 0]);
}

const prefix = 'dataset_items_queue_';

function family(
  name: string,
  type: string,
  help: string,
  values: Iterable<readonly [labels: string, value: number]>,
): readonly string[] {
  return [
    `# HELP ${prefix}${name} ${help}`,
    `# TYPE ${prefix}${name} ${type}`,
    ...Array.from(values, ([labels, value]) => `${prefix}${name}${labels === '' ? '' : `{${labels}}`} ${value}`),
  ];
}
