import { InvalidParameterError, type Item, isItem } from '@dataset-items/query-pipeline';
import { type Actor, checkBuild } from './actor.js';
import { checkConfig, type OptionSettings, type TaskSettings } from './config.js';
import { InvalidConfigError } from './config-errors.js';
import { stableId } from './stable-id.js';

/** An actor with an input and options of its own. */
export interface Task {
  readonly id: string;
  readonly actorId: string;
  readonly name: string;
  readonly title: string | undefined;
  readonly input: Item | undefined;
  readonly options: OptionSettings;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

/** Another task has the name. */
export class TaskNameTakenError extends Error {
  readonly code = 'name-not-unique';

  constructor(name: string) {
    super(`name: got ${JSON.stringify(name)}, expected a name that no other task has`);
    this.name = 'TaskNameTakenError';
  }
}

/** @throws InvalidConfigError */
export function toTask(name: string, settings: TaskSettings, actors: readonly Actor[], source: string): Task {
  const { actor: wanted, title, input, options = {} } = settings;
  const actor = actors.find(({ name: own, username }) => [own, `${username}/${own}`].includes(wanted));
  if (actor === undefined) {
    const there = actors.map(({ name: own, username }) => (username === undefined ? own : `${username}/${own}`)).join(', ');
    throw new InvalidConfigError(
      source,
      `tasks.${name}.actor`,
      JSON.stringify(wanted),
      `an actor that is declared: ${there || 'none is'}`,
    );
  }
  if (options.build !== undefined) checkBuild(actor.builds, options.build, `tasks.${name}.options.build`, source);
  const now = new Date();
  return { id: stableId('task', name), actorId: actor.id, name, title, input, options, createdAt: now, modifiedAt: now };
}

/** The fields of a task that the API can change. */
export interface TaskChanges {
  readonly name?: string;
  readonly title?: string | undefined;
  readonly input?: Item | undefined;
  readonly options?: OptionSettings;
}

const optionNames = ['build', 'timeoutSecs', 'memoryMbytes', 'maxItems', 'maxTotalChargeUsd', 'restartOnError'] as const;

/**
 * Reads the body of a request that creates or changes a task: a missing field changes nothing, null removes a value, and fields that the
 * emulator does not use are ignored. The rules are those of `emulator.json`.
 * @throws InvalidParameterError
 */
export function readTaskChanges(body: Item): TaskChanges {
  const { name, title = null, input = null, options = null } = body;
  const settings = {
    actor: 'x',
    ...(title !== null && { title }),
    ...(input !== null && { input }),
    ...(options !== null && { options: isItem(options) ? knownOptions(options) : options }),
  };
  const checked = checkTask(name === undefined ? 'x' : String(name), settings);
  return {
    ...(name !== undefined && { name: String(name) }),
    ...(Object.hasOwn(body, 'title') && { title: checked?.title }),
    ...(Object.hasOwn(body, 'input') && { input: checked?.input }),
    ...(Object.hasOwn(body, 'options') && { options: checked?.options ?? {} }),
  };
}

function knownOptions(options: Item): Item {
  const given = optionNames.map((name) => [name, options[name] ?? null] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== null));
}

function checkTask(name: string, settings: Item): TaskSettings | undefined {
  try {
    return checkConfig({ tasks: { [name]: settings } }, 'the task', '.').tasks?.[name];
  } catch (error) {
    if (!(error instanceof InvalidConfigError)) throw error;
    const place = error.place.split('.').slice(2).join('.') || 'name';
    throw new InvalidParameterError(place, place === 'name' ? name : error.came, error.expected);
  }
}
