import { getSystemErrorMap } from 'node:util';

/** The operating system's description of a failed call: "no space left on device". */
export function systemReason(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno !== undefined && getSystemErrorMap().get(errno)?.[1]) || message;
}
