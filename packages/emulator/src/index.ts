export type { Failure, WantedFailure } from './control/failures.js';
export { requestJson, requestText } from './control/request-lines.js';
export type { SeenRequest } from './control/traffic.js';
export { createEmulator, type Emulator } from './emulator.js';
export type { Listening, ListenOptions } from './listen.js';
export { type ApiEndpoint, apiEndpoints } from './routes/api-endpoints.js';
export type { EmulatorOptions } from './services.js';
export * from './storage/index.js';
