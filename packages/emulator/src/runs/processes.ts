import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { groupOf } from './cgroup.js';

/** The environment variable that identifies the processes of a run, even if they have left their parent, group and session. */
export const runMarker = 'DATASET_ITEMS_RUN_ID';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Linux only. */
  readonly session?: number;
  /** Start time. Together with the id it identifies a process. Linux only. */
  readonly started?: string;
  /** Id of the run in its environment. */
  readonly runId?: string;
  /** Its environment could not be read, or is empty. Linux only. */
  readonly hasNoEnvironment?: boolean;
}

/** How often processes are listed again because one of them has no environment. */
const mostUnsure = 5;

/** Milliseconds for which processes are killed repeatedly. */
const longestEnding = 5000;

/** The processes of one run. */
export interface Family {
  /** The running processes. A process that was found once is recognised later, even without any other sign. */
  look(): Promise<readonly number[]>;
  /** Kills them repeatedly until none is left. @returns those that could not be killed */
  kill(): Promise<readonly number[]>;
}

/**
 * The started process, its descendants, its group and session, and all processes that have the marker of the run, are in its control group,
 * or have its output open. If an earlier emulator started the process, `root` is unknown, and only marker and control group count.
 * @param outputs pipes or sockets that only processes of the run write to, from `outputsOf`
 */
export function familyOfRun(runId: string, root?: number, outputs: ReadonlySet<string> = new Set()): Family {
  const seen = new Map<number, string>();
  const group = groupOf(runId);
  // No process of the run can be older, so the environment of older processes is not read.
  const born = root === undefined ? 0 : startOf(root);
  const holders = holdersOf(outputs, born);
  let isUnsure = false;
  const look = async (): Promise<number[]> => {
    const rows = await readProcesses(born);
    isUnsure = rows.some(({ hasNoEnvironment }) => hasNoEnvironment);
    const started = new Map(rows.map((row) => [row.pid, row.started]));
    const signs = new Set([...group.members(), ...holders(rows)]);
    const members = familyOf(rows, { runId, root, seen, signs });
    for (const pid of members) seen.set(pid, started.get(pid) ?? '');
    return members;
  };
  return {
    look,
    async kill() {
      const deadline = Date.now() + longestEnding;
      let unsure = 0;
      for (let pause = 1; ; pause = Math.min(2 * pause, 100)) {
        const members = await look();
        // A process that starts a program just now has no environment for a moment, and could be a member.
        const isOver = members.length === 0 && (!isUnsure || ++unsure > mostUnsure);
        if (isOver && group.remove()) return members;
        if (Date.now() > deadline) return members;
        for (const pid of members) signalProcess(pid, 'SIGKILL');
        await delay(pause);
      }
    },
  };
}

/** The pipes or sockets that a process writes to. Linux only. Must be called directly after the start. */
export function outputsOf(pid: number): ReadonlySet<string> {
  const links = [1, 2].map((descriptor) => linkOf(`/proc/${pid}/fd/${descriptor}`));
  return new Set(links.filter((link) => /^(pipe|socket):/.test(link)));
}

/** Finds processes that have outputs open. Each process is checked once, because a process does not get them later; children inherit them. */
function holdersOf(outputs: ReadonlySet<string>, born: number): (rows: readonly ProcessRow[]) => number[] {
  let asked = new Map<number, { readonly started: string; readonly holds: boolean }>();
  return (rows) => {
    if (outputs.size === 0) return [];
    const young = rows.filter(({ started = '' }) => Number(started) >= born);
    asked = new Map(
      young.map(({ pid, started = '' }) => {
        const before = asked.get(pid);
        return [pid, before?.started === started ? before : { started, holds: holds(pid, outputs) }];
      }),
    );
    return [...asked].flatMap(([pid, { holds }]) => (holds ? [pid] : []));
  };
}

function holds(pid: number, outputs: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) => outputs.has(linkOf(`/proc/${pid}/fd/${descriptor}`)));
  } catch {
    return false;
  }
}

/** The target of a link. Empty if the process has ended or belongs to another user. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

export interface Kinship {
  readonly runId: string;
  readonly root: number | undefined;
  /** Start times of earlier members. */
  readonly seen: ReadonlyMap<number, string>;
  /** Processes that belong to the run by another sign. */
  readonly signs?: ReadonlySet<number>;
}

/** The processes that belong to a run, among all processes. */
export function familyOf(rows: readonly ProcessRow[], { runId, root, seen, signs }: Kinship): number[] {
  const members = new Set<number>();
  const belongs = ({ pid, parent, group, session, started, runId: marked }: ProcessRow): boolean =>
    marked === runId ||
    signs?.has(pid) === true ||
    (root !== undefined && [pid, group, session].includes(root)) ||
    members.has(parent) ||
    (started !== undefined && seen.get(pid) === started);
  for (let known = -1; known < members.size; ) {
    known = members.size;
    for (const row of rows) if (row.pid !== process.pid && belongs(row)) members.add(row.pid);
  }
  return [...members];
}

/** Sends a signal to processes. */
export function signalAll(pids: Iterable<number>, signal: NodeJS.Signals): void {
  for (const pid of pids) signalProcess(pid, signal);
}

/** Sends a signal to a process and its group. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  signalProcess(process.platform === 'win32' ? pid : -pid, signal);
}

/**
 * The running processes, without zombies.
 * @param born start time in the unit of /proc; the marker of older processes is not read
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

/** Reads all processes at once, which takes some microseconds per process. Reading them in turns would miss processes that fork meanwhile. */
function readProc(born: number): ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = readStat(name);
    const [state, parent, group, session] = fields;
    const started = fields[startField] ?? '';
    if (state === undefined || state === '' || state === 'Z' || state === 'X') continue;
    // A process of the kernel.
    if (group === '0') continue;
    const row = { pid: Number(name), parent: Number(parent), group: Number(group), session: Number(session), started };
    const environment = Number(started) < born ? undefined : readProcFile(name, 'environ');
    const runId = environment === undefined ? undefined : markIn(environment, '\0');
    const hasNoEnvironment = environment === '';
    rows.push(runId === undefined ? { ...row, hasNoEnvironment } : { ...row, runId });
  }
  return rows;
}

const startField = 19;

/** The fields from the state of the process. They begin after the name of its program, which is in brackets and may contain any character. */
function readStat(pid: string): string[] {
  const stat = readProcFile(pid, 'stat');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** The start time of a process. 0: not known. */
function startOf(pid: number): number {
  return process.platform === 'linux' ? Number(readStat(String(pid))[startField] ?? 0) : 0;
}

/** A file of a process. Empty if the process has ended or belongs to another user. */
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

/** The output of `ps`, with the environment after the command if the system shows it. */
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

/** Processes on Windows, where only the parent is known: there are no groups, and other environments cannot be read. */
async function readWindows(): Promise<ProcessRow[]> {
  const script = 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId)" }';
  const { stdout } = await run('powershell', ['-NoProfile', '-Command', script], { maxBuffer: 2 ** 26, windowsHide: true });
  return stdout.split(/\r?\n/).flatMap((line) => {
    const [, pid, parent] = /^(\d+) (\d+)$/.exec(line.trim()) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), group: 0 }];
  });
}
