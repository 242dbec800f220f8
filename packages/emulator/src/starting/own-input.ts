import type { Item } from '@dataset-items/query-pipeline';
import type { Actor, Build } from '../actors/actor.js';
import type { Task } from '../actors/task.js';
import type { Inputs } from '../inputs/run-input.js';
import type { WantedRun } from '../runs/runs.js';

export type RunInput = NonNullable<WantedRun['input']>;

export interface Started {
  readonly actor: Actor;
  readonly task: Task | undefined;
  readonly build: Build;
}

/** The input of a run that is started without one: that of its task or its actor, with fields that override it. @throws RefusedRequestError */
export async function ownInput(inputs: Inputs, { actor, task, build }: Started, fields?: Item): Promise<RunInput | undefined> {
  const own = task?.input ?? actor.input;
  const input = await inputs.accept(build, fields === undefined ? own : { ...own, ...fields });
  return input && jsonInput(input);
}

export function jsonInput(input: Item): RunInput {
  return { contentType: 'application/json; charset=utf-8', bytes: Buffer.from(JSON.stringify(input)) };
}
