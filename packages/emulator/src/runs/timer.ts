/** Milliseconds: what the system's timers take. */
const longest = 2 ** 31 - 1;

/** Does work after so many milliseconds, also after years; `Infinity`: never. Gives the way to forget it. */
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
