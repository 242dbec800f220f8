import type { ActorWork } from '../work.js';
import { command } from './command.js';
import type { Execute, ExecutorCall, Outcome } from './executor.js';
import { fixture } from './fixture.js';
import { functionCall } from './function-call.js';

/** The executor of each kind of work. */
const executors: { readonly [Kind in ActorWork['kind']]: Execute<Extract<ActorWork, { kind: Kind }>> } = {
  command,
  fixture,
  function: functionCall,
};

export function execute(work: ActorWork, call: ExecutorCall): Promise<Outcome> {
  return (executors[work.kind] as Execute<ActorWork>)(work, call);
}
