export { type ClientOptions, clientOfEnvironment } from './client.js';
export { datasetOfObjects } from './dataset.js';
export { type S3Place, s3Store } from './store.js';
