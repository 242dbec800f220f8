import { type Actor, defaultBuildOf } from '../actors/actor.js';
import type { StandbySettings } from '../actors/config.js';
import type { DefinitionOf } from '../actors/definition.js';

/** Those of the platform. */
const defaults: StandbySettings = {
  idleTimeoutSecs: 300,
  maxRequestsPerActorRun: 4,
  desiredRequestsPerActorRun: 3,
  shouldPassActorInput: false,
};

/**
 * The settings of an actor whose `actor.json` has `usesStandbyMode`, or that has `standby` in the configuration, which overrides that file.
 * `undefined`: it is not on standby.
 */
export async function standbySettingsOf(actor: Actor, definitionOf: DefinitionOf): Promise<StandbySettings | undefined> {
  const { standby } = actor;
  if (standby === false) return undefined;
  if (standby === true) return defaults;
  if (standby !== undefined) {
    const settings = { ...defaults, ...standby };
    const { desiredRequestsPerActorRun: desired, maxRequestsPerActorRun: most } = settings;
    return { ...settings, desiredRequestsPerActorRun: Math.min(desired, most) };
  }
  const build = defaultBuildOf(actor);
  const definition = build && (await definitionOf(build));
  return definition?.actorDefinition.usesStandbyMode === true ? defaults : undefined;
}
