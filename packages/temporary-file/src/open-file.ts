import { closeSync, fstatSync, openSync, readSync, type Stats, statSync, writeSync, writevSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';

/** What a `FileHandle` and calls that block the thread have in common. Errors are those of the system. Not to be used after `close`. */
export interface OpenFile {
  /** The number of the file in this process; negative once it is closed. */
  readonly fd: number;
  read(target: Uint8Array, offset: number, length: number, position: number | null): Promise<{ readonly bytesRead: number }>;
  write(bytes: Uint8Array, offset: number, length: number, position: number | null): Promise<{ readonly bytesWritten: number }>;
  writev(parts: readonly Uint8Array[], position?: number): Promise<{ readonly bytesWritten: number }>;
  stat(): Promise<Stats>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Permissions of a file that is made. Default 0666, less what the process masks. */
  readonly mode?: number;
  /**
   * Open, read and write with calls that block the thread. They take less processor time: neither Node's module `fs/promises` nor its threads
   * for files have to start (docs/performance.md#start). Default false.
   */
  readonly blocking?: boolean | undefined;
}

/** Opens a file. @param flags as of `fs.open` */
export async function openFile(
  path: string,
  flags: string | number,
  { mode, blocking = false }: OpenOptions = {},
): Promise<OpenFile> {
  return blocking ? blockingFile(openSync(path, flags, mode)) : open(path, flags, mode);
}

/** The facts of a file. @param blocking as for `openFile` */
export async function statFile(path: string, blocking = false): Promise<Stats> {
  return blocking ? statSync(path) : stat(path);
}

/** A file that is open already, used by calls that block the thread. @param opened its number in this process */
export function blockingFile(opened: number): OpenFile {
  let fd = opened;
  return {
    // Another file gets the number when this one is closed.
    get fd() {
      return fd;
    },
    read: async (...where) => ({ bytesRead: readSync(fd, ...where) }),
    write: async (...where) => ({ bytesWritten: writeSync(fd, ...where) }),
    writev: async (...where) => ({ bytesWritten: writevSync(fd, ...where) }),
    stat: async () => fstatSync(fd),
    close: async () => {
      const open = fd;
      fd = -1;
      if (open >= 0) closeSync(open);
    },
  };
}
