/** Called during long work. Returns a promise when other work should run first. */
export type Pause = () => Promise<void> | undefined;

/** Number of values between two calls of the pause: usually a few milliseconds of work. */
export const VALUES = 16_384;

/** Calls the pause after each `most` units of work. @returns a function to call with the amount of work done so far */
export function pauseEvery(most: number, pause: Pause | undefined): (done: number) => Promise<void> | undefined {
  let asked = 0;
  return (done) => {
    if (done - asked < most) return undefined;
    asked = done;
    return pause?.();
  };
}
