import { resolve } from 'node:path';
import { oneAtATime } from '../one-at-a-time.js';
import { newId } from '../storage/identifiers.js';
import type { Database } from '../store/database.js';
import { type Actor, type ActorFunction, toActor } from './actor.js';
import { type ActorSettings, type Config, checkConfig, readConfig } from './config.js';
import { type Task, type TaskChanges, TaskNameTakenError, toTask } from './task.js';
import { openTaskEntries } from './task-entries.js';
import { watchFile } from './watch.js';

/** An actor as a program declares it. */
export type EmbeddedActor = ActorFunction | (ActorSettings & { readonly run?: ActorFunction });

export interface CatalogOptions {
  /** `emulator.json`; read again when it changes. */
  readonly config?: string | undefined;
  /** In addition to those of the file; relative paths are resolved against the working directory. */
  readonly actors?: Readonly<Record<string, EmbeddedActor>> | undefined;
  readonly tasks?: Config['tasks'];
  /** Stores tasks that are created over the API. Default: they are lost when the emulator stops. */
  readonly database?: Database | undefined;
  /** Called when the file was read again, or could not be read. */
  readonly notify?: ((line: string) => void) | undefined;
}

/** All actors and tasks. */
export interface Catalog {
  actors(): readonly Actor[];
  /** By id, `user~name`, `user/name` or name. An actor declared without a user is found under any user. */
  actor(idOrName: string): Actor | undefined;
  /** Those of the configuration in its order, then the others in the order in which they were created. */
  tasks(): readonly Task[];
  task(idOrName: string): Task | undefined;
  /** @throws TaskNameTakenError */
  createTask(actor: Actor, changes: TaskChanges): Promise<Task>;
  /** A change of a declared task lasts until the file is read again. @throws TaskNameTakenError */
  updateTask(id: string, changes: TaskChanges): Promise<Task | undefined>;
  removeTask(id: string): Promise<void>;
  /** Restores the declared tasks and removes all others. */
  reset(): Promise<void>;
  close(): void;
}

interface Declared {
  readonly actors: readonly Actor[];
  readonly tasks: readonly Task[];
}

/** @throws UnreadableSourceError, InvalidConfigError */
export async function openCatalog(options: CatalogOptions = {}): Promise<Catalog> {
  const { config, database, notify = () => {} } = options;
  const embedded = embeddedConfig(options);
  let declared = declare(embedded, options, config === undefined ? undefined : [config, await readConfig(config)]);
  let declaredTasks = new Map(declared.tasks.map((task) => [task.id, task]));
  const made = await openTaskEntries(database, notify);
  const madeTasks = new Map(made.read.map((task) => [task.id, task]));
  // One change at a time: a name is checked and its task stored before the next name is checked.
  const inTurn = oneAtATime();

  const reload = async (path: string): Promise<void> => {
    try {
      const next = declare(embedded, options, [path, await readConfig(path)]);
      declared = { actors: next.actors.map((actor) => kept(actor, declared.actors)), tasks: next.tasks };
      declaredTasks = new Map(next.tasks.map((task) => [task.id, kept(task, [...declaredTasks.values()])]));
      notify(`${path}: read again; actors: ${declared.actors.length}, tasks: ${declaredTasks.size}`);
    } catch (error) {
      notify(`${(error as Error).message}; the previous configuration stays in use`);
    }
  };
  const stop = config === undefined ? () => {} : watchFile(resolve(config), () => void reload(config));

  const tasks = (): Task[] => [...declaredTasks.values(), ...madeTasks.values()];
  const refuseTaken = (name: string, but?: string): void => {
    if (!tasks().some((task) => task.name === name && task.id !== but)) return;
    throw new TaskNameTakenError(name);
  };

  return {
    actors: () => declared.actors,
    actor: (idOrName) => findActor(declared.actors, idOrName),
    tasks,
    task: (idOrName) => findTask(tasks(), idOrName),
    createTask: (actor, { name: wanted, title, input, options: given = {} }) =>
      inTurn(async () => {
        const name = wanted ?? freeName(actor.name, tasks());
        refuseTaken(name);
        const now = new Date();
        const task = { id: newId(), actorId: actor.id, name, title, input, options: given, createdAt: now, modifiedAt: now };
        await made.put(task);
        madeTasks.set(task.id, task);
        return task;
      }),
    updateTask: (id, changes) =>
      inTurn(async () => {
        const home = madeTasks.has(id) ? madeTasks : declaredTasks;
        const task = home.get(id);
        if (task === undefined) return undefined;
        if (changes.name !== undefined) refuseTaken(changes.name, id);
        const changed = { ...task, ...changes, modifiedAt: new Date() };
        if (home === madeTasks) await made.put(changed);
        home.set(id, changed);
        return changed;
      }),
    removeTask: (id) =>
      inTurn(async () => {
        if (madeTasks.has(id)) await made.remove([id]);
        madeTasks.delete(id);
        declaredTasks.delete(id);
      }),
    reset: () =>
      inTurn(async () => {
        await made.remove([...madeTasks.keys()]);
        madeTasks.clear();
        declaredTasks = new Map(declared.tasks.map((task) => [task.id, task]));
      }),
    close: stop,
  };
}

function embeddedConfig({ actors = {}, tasks = {} }: CatalogOptions): Config {
  const plain = Object.entries(actors).map(([name, actor]) => {
    if (typeof actor === 'function') return [name, {}] as const;
    const { run: _, ...settings } = actor;
    return [name, settings] as const;
  });
  return checkConfig({ actors: Object.fromEntries(plain), tasks }, 'createEmulator', process.cwd());
}

function declare(
  embedded: Config,
  { actors: given = {} }: CatalogOptions,
  read: readonly [string, Config] | undefined,
): Declared {
  const [path, config] = read ?? ['', {}];
  const actors = [
    ...Object.entries(embedded.actors ?? {}).map(([name, settings]) =>
      toActor(name, settings, 'createEmulator', runOf(given[name])),
    ),
    ...Object.entries(config.actors ?? {}).map(([name, settings]) => toActor(name, settings, path)),
  ];
  const tasks = [
    ...Object.entries(embedded.tasks ?? {}).map(([name, task]) => toTask(name, task, actors, 'createEmulator')),
    ...Object.entries(config.tasks ?? {}).map(([name, task]) => toTask(name, task, actors, path)),
  ];
  // When file and code declare the same name, the file wins.
  return { actors: [...new Map(actors.map((actor) => [actor.id, actor])).values()], tasks };
}

function runOf(actor: EmbeddedActor | undefined): ActorFunction | undefined {
  return typeof actor === 'function' ? actor : actor?.run;
}

function findActor(actors: readonly Actor[], idOrName: string): Actor | undefined {
  const [name = '', username] = idOrName.split(/[~/]/).reverse();
  return (
    actors.find(({ id }) => id === idOrName) ??
    actors.find((actor) => actor.name === name && actor.username === username) ??
    actors.find((actor) => actor.name === name && (actor.username === undefined || username === undefined))
  );
}

function findTask(tasks: readonly Task[], idOrName: string): Task | undefined {
  const name = idOrName.replace(/^[^~/]*[~/]/, '');
  return tasks.find(({ id }) => id === idOrName) ?? tasks.find((task) => task.name === name);
}

function freeName(actorName: string, tasks: readonly Task[]): string {
  const stem = `${actorName}-task`;
  const taken = new Set(tasks.map(({ name }) => name));
  let name = stem;
  for (let count = 2; taken.has(name); count += 1) name = `${stem}-${count}`;
  return name;
}

/** Keeps the dates of declarations that did not change. */
function kept<T extends { readonly id: string; readonly createdAt: Date; readonly modifiedAt: Date }>(
  next: T,
  before: readonly T[],
): T {
  const old = before.find(({ id }) => id === next.id);
  if (old === undefined) return next;
  return { ...next, createdAt: old.createdAt, modifiedAt: contentOf(next) === contentOf(old) ? old.modifiedAt : next.modifiedAt };
}

function contentOf<T extends object>(declared: T): string {
  return JSON.stringify({ ...declared, createdAt: undefined, modifiedAt: undefined });
}
