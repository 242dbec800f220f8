import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** The variable by which processes of a run are known, also those that have left their parent, group and session. */
export const runMarker = 'DATASET_ITEMS_RUN_ID';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Linux only. */
  readonly session?: number;
  /** When: no other process has had the number since then. Linux only. */
  readonly started?: string;
  /** The run that its environment names. */
  readonly runId?: string;
}

/** Milliseconds for which processes are killed again and again before they are given up. */
const longestEnding = 5000;

/** The processes of one run. */
export interface Family {
  /** Those that live. What was seen once is known again, also when nothing else tells of whom it is any longer. */
  look(): Promise<readonly number[]>;
  /** Kills them for good, again and again until there are none. Gives those that could not be killed. */
  kill(): Promise<readonly number[]>;
}

/**
 * The process that was started, its descendants, its group and session, and whatever was given the run's marker. `root` is unknown where
 * the process was started by an emulator that is gone: then the marker alone counts.
 */
export function familyOfRun(runId: string, root?: number): Family {
  const seen = new Map<number, string>();
  // Nothing of it can be older; it saves reading the environment of all that is.
  const born = root === undefined ? 0 : startOf(root);
  const look = async (): Promise<number[]> => {
    const rows = await readProcesses(born);
    const started = new Map(rows.map((row) => [row.pid, row.started]));
    const members = familyOf(rows, { runId, root, seen });
    for (const pid of members) seen.set(pid, started.get(pid) ?? '');
    return members;
  };
  return {
    look,
    async kill() {
      const deadline = Date.now() + longestEnding;
      for (let pause = 1; ; pause = Math.min(2 * pause, 100)) {
        const members = await look();
        if (members.length === 0 || Date.now() > deadline) return members;
        for (const pid of members) signalProcess(pid, 'SIGKILL');
        await delay(pause);
      }
    },
  };
}

export interface Kinship {
  readonly runId: string;
  readonly root: number | undefined;
  /** When those that were members before had started. */
  readonly seen: ReadonlyMap<number, string>;
}

/** Of the processes there are, those that belong to a run. */
export function familyOf(rows: readonly ProcessRow[], { runId, root, seen }: Kinship): number[] {
  const members = new Set<number>();
  const belongs = ({ pid, parent, group, session, started, runId: marked }: ProcessRow): boolean =>
    marked === runId ||
    (root !== undefined && [pid, group, session].includes(root)) ||
    members.has(parent) ||
    (started !== undefined && seen.get(pid) === started);
  for (let known = -1; known < members.size; ) {
    known = members.size;
    for (const row of rows) if (row.pid !== process.pid && belongs(row)) members.add(row.pid);
  }
  return [...members];
}

/** Asks a process and its group to end. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  signalProcess(process.platform === 'win32' ? pid : -pid, signal);
}

/**
 * Processes that live, those that only wait to be reaped left out.
 * @param born of processes that had started before, the marker is not told; a time as Linux counts it
 */
export async function readProcesses(born = 0): Promise<ProcessRow[]> {
  if (process.platform === 'linux') return readProc(born);
  return process.platform === 'win32' ? readWindows() : readPs();
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Read at once, which takes some microseconds a process: what is read file by file over turns misses what forks meanwhile. */
function readProc(born: number): ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = readStat(name);
    const [state, parent, group, session] = fields;
    const started = fields[startField] ?? '';
    if (state === undefined || state === '' || state === 'Z' || state === 'X') continue;
    // Of the kernel.
    if (group === '0') continue;
    const row = { pid: Number(name), parent: Number(parent), group: Number(group), session: Number(session), started };
    const runId = Number(started) < born ? undefined : markIn(readProcFile(name, 'environ'), '\0');
    rows.push(runId === undefined ? row : { ...row, runId });
  }
  return rows;
}

const startField = 19;

/** From the state of the process on: the name of its program, before it, is in brackets and may hold any character. */
function readStat(pid: string): string[] {
  const stat = readProcFile(pid, 'stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** 0 where it is not known. */
function startOf(pid: number): number {
  return process.platform === 'linux' ? Number(readStat(String(pid))[startField] ?? 0) : 0;
}

/** Empty where the process is gone or somebody else's. */
function readProcFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

function markIn(environment: string, separator: string): string | undefined {
  const start = `${separator}${environment}`.indexOf(`${separator}${runMarker}=`);
  if (start === -1) return undefined;
  return /^\w*/.exec(environment.slice(start + runMarker.length + 1))?.[0];
}

const run = promisify(execFile);

/** As `ps` tells it, with the environment after the command where the system shows it. */
export async function readPs(): Promise<ProcessRow[]> {
  const flags = process.platform === 'darwin' ? ['-A', '-E', '-ww'] : ['axeww'];
  const { stdout } = await run('ps', [...flags, '-o', 'pid=,ppid=,pgid=,stat=,command='], { maxBuffer: 2 ** 28 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, group, state = 'Z', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s?(.*)$/.exec(line) ?? [];
    if (state.startsWith('Z')) return [];
    const runId = markIn(command, ' ');
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), ...(runId !== undefined && { runId }) }];
  });
}

/** Windows has neither groups nor environments that others may read: parents are all there is. */
async function readWindows(): Promise<ProcessRow[]> {
  const script = 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId)" }';
  const { stdout } = await run('powershell', ['-NoProfile', '-Command', script], { maxBuffer: 2 ** 26, windowsHide: true });
  return stdout.split(/\r?\n/).flatMap((line) => {
    const [, pid, parent] = /^(\d+) (\d+)$/.exec(line.trim()) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), group: 0 }];
  });
}
