export type { Listening, ListenOptions } from '@dataset-items/http';
export { type AnsweredBy, type SeenRequest, seenJson, seenText } from './operate/seen.js';
export {
  type CacheOptions,
  defaultLimits,
  type FallbackOptions,
  type Fetch,
  type Limits,
  type ProxyItemsOptions,
  type ProxyOptions,
  type UpstreamFormat,
} from './options.js';
export { createProxy, type Proxy } from './proxy.js';
export type { SourceInput } from './sources/input.js';
