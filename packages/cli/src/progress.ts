import type { Options, SingleBar } from 'cli-progress';
import { isTerminal } from './terminal.js';

export interface Progress {
  onBytes(count: number): void;
  onItems(count: number): void;
  /** Sets the number of bytes that will be read, if it is known. */
  expect(bytes: number | undefined): void;
  stop(): void;
}

/** Milliseconds of work before the bar is shown. */
const PATIENCE = 1000;

const silent: Progress = { onBytes: () => {}, onItems: () => {}, expect: () => {}, stop: () => {} };

/** Shows a bar on standard error after a second of work, if that is a terminal and `wanted`. */
export function showProgress(wanted: boolean): Progress {
  if (!wanted || !isTerminal()) return silent;
  let items = 0;
  let bytes = 0;
  let size: number | undefined;
  let bar: SingleBar | undefined;
  const start = performance.now();
  const payload = () => {
    const seconds = (performance.now() - start) / 1000;
    return {
      items: items.toLocaleString('en'),
      read: megabytes(bytes),
      rate: `${Math.round(items / seconds).toLocaleString('en')}/s`,
      left: size === undefined || bytes === 0 ? '' : ` | ${timeLeft(((size - bytes) * seconds) / bytes)} left`,
    };
  };
  const update = (): void => bar?.update(Math.min(bytes, size ?? bytes), payload());
  let stopped = false;
  const begin = async (): Promise<void> => {
    const { default: library } = await import('cli-progress');
    if (stopped) return;
    const format = `${size === undefined ? '' : '{bar} {percentage}% | '}{items} items | {read} | {rate}{left}`;
    const options: Options = { format, stream: process.stderr, clearOnComplete: true, hideCursor: true, barsize: 24, fps: 8 };
    bar = new library.SingleBar({ ...options, barCompleteChar: '=', barIncompleteChar: '-' });
    bar.start(size ?? 1, 0, payload());
  };
  const timer = setTimeout(() => void begin(), PATIENCE);
  return {
    onBytes: (count) => {
      bytes += count;
      update();
    },
    onItems: (count) => {
      items += count;
      update();
    },
    expect: (count) => {
      size = count;
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      bar?.stop();
    },
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function timeLeft(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
