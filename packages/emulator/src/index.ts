export { createEmulator, type Emulator } from './emulator.js';
export type { Listening, ListenOptions } from './listen.js';
export type { EmulatorOptions } from './services.js';
export * from './storage/index.js';
