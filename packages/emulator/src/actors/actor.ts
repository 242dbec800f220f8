import type { Item } from '@dataset-items/query-pipeline';
import type { Pricing } from '../runs/pricing.js';
import type { ActorWork, FixtureWork, FunctionWork } from '../runs/work.js';
import { username } from '../user.js';
import type { ActorSettings, BuildSettings, FixtureSettings, OptionSettings, ProgramSettings } from './config.js';
import { InvalidConfigError } from './config-errors.js';
import { runDefaults } from './run-defaults.js';
import { stableId } from './stable-id.js';

export interface Actor {
  readonly id: string;
  readonly name: string;
  /** Owner; `undefined`: the emulator's only user. */
  readonly username: string | undefined;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** At least one. */
  readonly builds: readonly Build[];
  readonly input: Item | undefined;
  readonly options: OptionSettings;
  readonly pricing: Pricing | undefined;
  /** Standby in the configuration; `undefined`: its folder says. */
  readonly standby: ActorSettings['standby'];
  /** When it was declared, and when its declaration last changed. */
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

export interface Build {
  readonly id: string;
  readonly tag: string;
  /** `0.1.2` */
  readonly number: string;
  readonly work: ActorWork;
  /** The folder whose `.actor` describes it. `undefined`: there is none. */
  readonly folder: string | undefined;
}

/** An actor as a JavaScript function, for programs that embed the emulator; a file cannot declare one. */
export type ActorFunction = FunctionWork['run'];

/**
 * Makes an actor from its settings.
 * @param name `name` or `user/name`
 * @param source name of the file or option that declares it, for errors
 * @throws InvalidConfigError
 */
export function toActor(name: string, settings: ActorSettings, source: string, run?: ActorFunction): Actor {
  const [own = name, username] = name.split('/').reverse();
  const { title, description, input, options = {}, pricing, standby } = settings;
  const actor = { id: stableId('actor', name), name: own, username, title, description, input, options, pricing, standby };
  const now = new Date();
  const builds = buildsOf(name, settings, source, run);
  if (options.build !== undefined) checkBuild(builds, options.build, `actors.${name}.options.build`, source);
  if (typeof standby === 'object' && standby.build !== undefined) {
    checkBuild(builds, standby.build, `actors.${name}.standby.build`, source);
  }
  return { ...actor, builds, createdAt: now, modifiedAt: now };
}

/** The build with this tag, otherwise with this number. */
export function findBuild({ builds }: Pick<Actor, 'builds'>, tagOrNumber: string): Build | undefined {
  return builds.find(({ tag }) => tag === tagOrNumber) ?? builds.find(({ number }) => number === tagOrNumber);
}

/** The build that runs of an actor, or of its task, use unless they name one. `undefined`: there is no such build. */
export function defaultBuildOf(actor: Actor | undefined, taskOptions: OptionSettings = {}): Build | undefined {
  return actor && findBuild(actor, runDefaults(taskOptions, actor.options).build);
}

/** @throws InvalidConfigError if there is no such build */
export function checkBuild(builds: readonly Build[], build: string, place: string, source: string): void {
  if (findBuild({ builds }, build) !== undefined) return;
  const there = builds.map(({ tag, number }) => `${tag} (${number})`).join(', ');
  throw new InvalidConfigError(source, place, JSON.stringify(build), `a build of the actor: ${there}`);
}

function buildsOf(name: string, settings: ActorSettings, source: string, run: ActorFunction | undefined): readonly Build[] {
  const declared = Object.entries(settings.builds ?? {});
  const hasOwn = run !== undefined || settings.command !== undefined || settings.fixture !== undefined || declared.length === 0;
  const isLatestDeclared = declared.some(([tag]) => tag === 'latest');
  const own: readonly [string, BuildSettings] = ['latest', {}];
  const all = hasOwn && !isLatestDeclared ? [own, ...declared] : declared;
  const taken = new Set<string>();
  const numbers = new Set(declared.flatMap(([, { number }]) => number ?? []));
  let last = 0;
  return all.map(([tag, { number: given, ...program }]) => {
    let number = given;
    while (number === undefined || (given === undefined && numbers.has(number))) {
      last += 1;
      number = `0.0.${last}`;
    }
    const place = isLatestDeclared || tag !== 'latest' ? `actors.${name}.builds.${tag}` : `actors.${name}`;
    if (taken.has(number)) throw new InvalidConfigError(source, `${place}.number`, JSON.stringify(number), 'a number of its own');
    taken.add(number);
    const names = { ACTOR_FULL_NAME: name.includes('/') ? name : `${username}/${name}`, ACTOR_BUILD_TAGS: tag };
    const work = workOf(program, settings, place, source, run, names);
    const folder = work.kind === 'command' ? work.folder : (program.folder ?? settings.folder);
    return { id: stableId('build', name, tag), tag, number, work, folder };
  });
}

function workOf(
  build: ProgramSettings,
  actor: ActorSettings,
  place: string,
  source: string,
  run: ActorFunction | undefined,
  names: Readonly<Record<string, string>>,
): ActorWork {
  const hasOwn = build.command !== undefined || build.fixture !== undefined;
  const { command, fixture } = hasOwn ? build : actor;
  if (!hasOwn && run !== undefined) return { kind: 'function', run };
  if (fixture !== undefined && command === undefined) return fixtureWork(fixture);
  if (command === undefined || fixture !== undefined) {
    const came = fixture === undefined ? 'neither a command nor a fixture' : 'a command and a fixture';
    throw new InvalidConfigError(source, place, came, 'one of the two');
  }
  return {
    kind: 'command',
    command: typeof command === 'string' ? command : (command as readonly [string, ...string[]]),
    folder: build.folder ?? actor.folder ?? actor.base ?? process.cwd(),
    mode: build.mode ?? actor.mode ?? 'api',
    env: { ...names, ...actor.env, ...build.env },
  };
}

function fixtureWork({ delaySecs, ...fixture }: FixtureSettings): FixtureWork {
  const said = Object.fromEntries(Object.entries(fixture).filter(([, value]) => value !== undefined));
  return { kind: 'fixture', ...said, ...(delaySecs !== undefined && { delay: delaySecs * 1000 }) };
}
