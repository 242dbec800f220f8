import type { Watched } from '../operate/watch.js';
import type { PassedCall, PassingServices } from '../pass-on.js';
import type { Services } from '../services.js';
import type { ItemsRoute } from './route.js';

/** A request for items of the upstream. */
export interface ItemsCall extends PassedCall {
  readonly request: Request;
  readonly watched: Watched;
  readonly route: ItemsRoute;
}

export interface ItemsServices extends PassingServices, Pick<Services, 'cache' | 'formatMemory' | 'itemsOptions' | 'recorder'> {}
