import type { Item } from '@dataset-items/query-pipeline';
import type { ActorWork, FixtureWork, FunctionWork } from '../runs/work.js';
import type { ActorSettings, BuildSettings, FixtureSettings, OptionSettings, ProgramSettings } from './config.js';
import { InvalidConfigError } from './config-errors.js';
import { stableId } from './stable-id.js';

export interface Actor {
  readonly id: string;
  readonly name: string;
  /** `undefined`: that of whoever uses the emulator. */
  readonly username: string | undefined;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** At least one. */
  readonly builds: readonly Build[];
  readonly input: Item | undefined;
  readonly options: OptionSettings;
  /** When it was declared, and when it was last declared otherwise. */
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

export interface Build {
  readonly id: string;
  readonly tag: string;
  /** `0.1.2` */
  readonly number: string;
  readonly work: ActorWork;
}

/** What an actor of whoever embeds the emulator is, beside what a file can say. */
export type ActorFunction = FunctionWork['run'];

/**
 * An actor out of its settings.
 * @param name `name` or `user/name`
 * @param source what errors call the place where it is declared
 * @throws InvalidConfigError
 */
export function toActor(name: string, settings: ActorSettings, source: string, run?: ActorFunction): Actor {
  const [own = name, username] = name.split('/').reverse();
  const { title, description, input, options = {} } = settings;
  const actor = { id: stableId('actor', name), name: own, username, title, description, input, options };
  const now = new Date();
  const builds = buildsOf(name, settings, source, run);
  if (options.build !== undefined) checkBuild(builds, options.build, `actors.${name}.options.build`, source);
  return { ...actor, builds, createdAt: now, modifiedAt: now };
}

/** By tag, else by number. */
export function findBuild({ builds }: Pick<Actor, 'builds'>, tagOrNumber: string): Build | undefined {
  return builds.find(({ tag }) => tag === tagOrNumber) ?? builds.find(({ number }) => number === tagOrNumber);
}

/** @throws InvalidConfigError where there is no such build */
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
    return { id: stableId('build', name, tag), tag, number, work: workOf(program, settings, place, source, run) };
  });
}

function workOf(
  build: ProgramSettings,
  actor: ActorSettings,
  place: string,
  source: string,
  run: ActorFunction | undefined,
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
    folder: build.folder ?? actor.folder ?? process.cwd(),
    mode: build.mode ?? actor.mode ?? 'api',
    env: { ...actor.env, ...build.env },
  };
}

function fixtureWork({ delaySecs, ...fixture }: FixtureSettings): FixtureWork {
  const said = Object.fromEntries(Object.entries(fixture).filter(([, value]) => value !== undefined));
  return { kind: 'fixture', ...said, ...(delaySecs !== undefined && { delay: delaySecs * 1000 }) };
}
