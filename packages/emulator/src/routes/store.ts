import { flag, type Item, oneOf, text, wholeNumber } from '@dataset-items/query-pipeline';
import type { Actor } from '../actors/actor.js';
import { defaultBuildOf } from '../actors/actor.js';
import type { Definition } from '../actors/definition.js';
import { ownerOf, presentStoreActor } from '../actors/present.js';
import { enveloped } from '../answers.js';
import type { Services } from '../services.js';
import { countsOf } from './actors.js';
import { pageOf } from './paging.js';
import { route } from './route.js';

const sortings = ['relevance', 'popularity', 'newest', 'lastUpdate'] as const;
const pricingModels = ['FREE', 'FLAT_PRICE_PER_MONTH', 'PRICE_PER_DATASET_ITEM', 'PAY_PER_EVENT'] as const;

/** Fields of an actor in the format for agents. */
const agentFields = ['id', 'title', 'name', 'username', 'description', 'notice', 'badge', 'categories', 'stats', 'inputSchema'];

/** An actor of the store with what it is found by. */
interface Found {
  readonly actor: Actor;
  readonly definition: Definition | undefined;
  readonly shown: Item;
}

/** The store: all actors of `emulator.json`. */
export const storeRoutes = [
  route({
    method: 'GET',
    path: '/v2/store',
    operation: 'store_get',
    summary: 'List actors of the store, which are those of `emulator.json`',
    does: 'reads',
    parameters: {
      offset: wholeNumber('Number of entries to skip at the start', { defaultText: '0' }),
      limit: wholeNumber('Largest number of entries to return; 0 and values above 1000 mean 1000', { defaultText: '1000' }),
      search: text('Words that all occur in the title, name, description, user name or README'),
      sortBy: oneOf('Order', sortings),
      category: text('Only actors of this category; an actor of `emulator.json` has none'),
      username: text('Only actors of this user'),
      pricingModel: oneOf('Only actors with this pricing', pricingModels),
      allowsAgenticUsers: flag('Accepted without effect: all actors may be run by agents'),
      includeUnrunnableActors: flag('Accepted without effect: all actors can be run'),
      includeInputSchema: flag('With the input schema of each actor'),
      responseFormat: oneOf('`agent`: with fewer fields', ['full', 'agent']),
    },
    answers: 'ListOfStoreActors',
    differs: 'no categories, pictures and reviews',
    answer: async ({ services }, { search = '', sortBy, category, username, pricingModel, ...given }) => {
      const { includeInputSchema = false, responseFormat = 'full', offset, limit } = given;
      const all = await Promise.all(services.catalog.actors().map((actor) => foundOf(services, actor)));
      const words = search.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = all.filter(
        ({ actor, definition, shown }) =>
          category === undefined &&
          (username === undefined || ownerOf(actor) === username) &&
          (pricingModel === undefined || (shown.currentPricingInfo as Item).pricingModel === pricingModel) &&
          words.every((word) => textOf(actor, definition).includes(word)),
      );
      const page = pageOf(ordered(wanted, sortBy), pagingOf(offset, limit), ({ definition, shown }) => {
        const inputSchema = includeInputSchema ? definition?.inputSchema : undefined;
        const one = { ...shown, ...(inputSchema !== undefined && { inputSchema }) };
        return responseFormat === 'full'
          ? one
          : Object.fromEntries(Object.entries(one).filter(([name]) => agentFields.includes(name)));
      });
      return enveloped(page);
    },
  }),
];

async function foundOf(services: Services, actor: Actor): Promise<Found> {
  const build = defaultBuildOf(actor);
  const definition = build && (await services.definitionOf(build));
  return { actor, definition, shown: presentStoreActor(actor, countsOf(services, actor), definition) };
}

function textOf(actor: Actor, definition: Definition | undefined): string {
  const { name, title, description } = actor;
  const { title: ownTitle, description: ownDescription } = definition?.actorDefinition ?? {};
  const texts = [name, title, description, ownTitle, ownDescription, ownerOf(actor), definition?.readme];
  return texts
    .filter((one) => typeof one === 'string')
    .join('\n')
    .toLowerCase();
}

function ordered(all: readonly Found[], sortBy: (typeof sortings)[number] | undefined): readonly Found[] {
  const runs = ({ shown }: Found): number => Number((shown.stats as Item).totalRuns);
  if (sortBy === 'popularity') return all.toSorted((one, other) => runs(other) - runs(one));
  if (sortBy === 'newest') return all.toSorted((one, other) => other.actor.createdAt.getTime() - one.actor.createdAt.getTime());
  if (sortBy === 'lastUpdate')
    return all.toSorted((one, other) => other.actor.modifiedAt.getTime() - one.actor.modifiedAt.getTime());
  return all;
}

function pagingOf(offset: number | undefined, limit: number | undefined): { offset?: number; limit?: number } {
  return { ...(offset !== undefined && { offset }), ...(limit !== undefined && { limit }) };
}
