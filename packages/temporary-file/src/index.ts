export { blockingFile, type OpenFile, type OpenOptions, openFile, statFile } from './open-file.js';
export { systemReason } from './system-reason.js';
export {
  openTemporaryFile,
  type SharedTemporaryFile,
  sharedTemporaryFile,
  type TemporaryFile,
} from './temporary-file.js';
export { unwritable, type WholeFileOptions, writeFully, writeWholeFile } from './whole-file.js';
