export { type FailureOptions, type FailureType, failureResponse, RefusedRequestError, statusOf } from './failure.js';
export { corsHeaders, paginationHeaders, preflightResponse } from './headers.js';
export { type Dataset, type ItemsOptions, itemsHandler, itemsResponse, type ResolveDataset } from './items.js';
export { type LoggedFailure, publicUrl } from './log.js';
export { type FetchHandler, type NodeHandlerOptions, toNodeHandler } from './node.js';
