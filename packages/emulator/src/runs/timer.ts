/** The longest delay of the system's timers, in milliseconds. */
const longest = 2 ** 31 - 1;

/** Does work after a delay in milliseconds, even of years. `Infinity`: never. @returns a function that cancels it */
export function after(milliseconds: number, work: () => void): () => void {
  if (milliseconds === Number.POSITIVE_INFINITY) return () => {};
  const due = Date.now() + milliseconds;
  const wait = (): NodeJS.Timeout => {
    const left = Math.max(0, due - Date.now());
    return setTimeout(() => (left > longest ? again() : work()), Math.min(left, longest));
  };
  let timer = wait();
  const again = (): void => {
    timer = wait();
  };
  return () => clearTimeout(timer);
}
