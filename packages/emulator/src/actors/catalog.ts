import { resolve } from 'node:path';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { newId } from '../storage/identifiers.js';
import { type Actor, type ActorFunction, toActor } from './actor.js';
import { type ActorSettings, type Config, checkConfig, readConfig } from './config.js';
import { type Task, type TaskChanges, toTask } from './task.js';
import { taskFile } from './task-file.js';
import { watchFile } from './watch.js';

/** An actor as code may declare it. */
export type EmbeddedActor = ActorFunction | (ActorSettings & { readonly run?: ActorFunction });

export interface CatalogOptions {
  /** `emulator.json`; read again when it changes. */
  readonly config?: string | undefined;
  /** Beside those of the file; paths relative to the working directory. */
  readonly actors?: Readonly<Record<string, EmbeddedActor>> | undefined;
  readonly tasks?: Config['tasks'];
  /** Keeps tasks that are made over the API. Default: they go when the emulator does. */
  readonly directory?: string | undefined;
  /** Told of the file that was read again, or could not be. */
  readonly notify?: ((line: string) => void) | undefined;
}

/** The actors and tasks there are. */
export interface Catalog {
  actors(): readonly Actor[];
  /** By id, `user~name`, `user/name` or name. An actor declared without a user is anybody's. */
  actor(idOrName: string): Actor | undefined;
  /** The oldest first. */
  tasks(): readonly Task[];
  task(idOrName: string): Task | undefined;
  /** @throws InvalidParameterError where the name is taken */
  createTask(actor: Actor, changes: TaskChanges): Promise<Task>;
  /** Of a declared task until the file is read again. @throws InvalidParameterError where the name is taken */
  updateTask(id: string, changes: TaskChanges): Promise<Task | undefined>;
  removeTask(id: string): Promise<void>;
  /** Back to what is declared. */
  reset(): Promise<void>;
  close(): void;
}

interface Declared {
  readonly actors: readonly Actor[];
  readonly tasks: readonly Task[];
}

/** @throws UnreadableSourceError, InvalidConfigError */
export async function openCatalog(options: CatalogOptions = {}): Promise<Catalog> {
  const { config, directory, notify = () => {} } = options;
  const embedded = embeddedConfig(options);
  let declared = declare(embedded, options, config === undefined ? undefined : [config, await readConfig(config)]);
  let declaredTasks = new Map(declared.tasks.map((task) => [task.id, task]));
  const file = taskFile(directory);
  const madeTasks = new Map((await file.read()).map((task) => [task.id, task]));

  const reload = async (path: string): Promise<void> => {
    try {
      const next = declare(embedded, options, [path, await readConfig(path)]);
      declared = { actors: next.actors.map((actor) => kept(actor, declared.actors)), tasks: next.tasks };
      declaredTasks = new Map(next.tasks.map((task) => [task.id, kept(task, [...declaredTasks.values()])]));
      notify(`${path}: read again; actors: ${declared.actors.length}, tasks: ${declaredTasks.size}`);
    } catch (error) {
      notify(`${(error as Error).message}; what was read before still holds`);
    }
  };
  const stop = config === undefined ? () => {} : watchFile(resolve(config), () => void reload(config));

  const tasks = (): Task[] =>
    [...declaredTasks.values(), ...madeTasks.values()].sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  const refuseTaken = (name: string, but?: string): void => {
    if (!tasks().some((task) => task.name === name && task.id !== but)) return;
    throw new InvalidParameterError('name', name, 'a name that no other task has');
  };

  return {
    actors: () => declared.actors,
    actor: (idOrName) => findActor(declared.actors, idOrName),
    tasks,
    task: (idOrName) => findTask(tasks(), idOrName),
    async createTask(actor, { name = freeName(actor.name, tasks()), title, input, options: given = {} }) {
      refuseTaken(name);
      const now = new Date();
      const task = { id: newId(), actorId: actor.id, name, title, input, options: given, createdAt: now, modifiedAt: now };
      madeTasks.set(task.id, task);
      await file.write([...madeTasks.values()]);
      return task;
    },
    async updateTask(id, changes) {
      const home = madeTasks.has(id) ? madeTasks : declaredTasks;
      const task = home.get(id);
      if (task === undefined) return undefined;
      if (changes.name !== undefined) refuseTaken(changes.name, id);
      const changed = { ...task, ...changes, modifiedAt: new Date() };
      home.set(id, changed);
      if (home === madeTasks) await file.write([...madeTasks.values()]);
      return changed;
    },
    async removeTask(id) {
      declaredTasks.delete(id);
      if (madeTasks.delete(id)) await file.write([...madeTasks.values()]);
    },
    async reset() {
      declaredTasks = new Map(declared.tasks.map((task) => [task.id, task]));
      madeTasks.clear();
      await file.write([]);
    },
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
  // What the file says of a name goes before what code says.
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

/** Dates of what is declared as it was before do not change. */
function kept<T extends { readonly id: string; readonly createdAt: Date; readonly modifiedAt: Date }>(
  next: T,
  before: readonly T[],
): T {
  const old = before.find(({ id }) => id === next.id);
  if (old === undefined) return next;
  return { ...next, createdAt: old.createdAt, modifiedAt: said(next) === said(old) ? old.modifiedAt : next.modifiedAt };
}

function said<T extends object>(declared: T): string {
  return JSON.stringify({ ...declared, createdAt: undefined, modifiedAt: undefined });
}
