// A table export of many items in parts, simulated from measured costs: node benchmarks/scale/simulate.mjs
// Time of a task = bytes x processor time a byte + bytes / network of a worker. Workers differ, tasks differ, and workers are killed.

/** Nanoseconds of a core for each byte that is read, written, sent and received (docs/scale.md#costs). */
const cost = { read: 3.5, write: 2.4, up: 2.2, down: 2.6 };
/** Bytes for each byte of the input. */
const share = { spool: 0.8, output: 0.7 };
/** Bytes in a second of one worker; seconds of the store for copying a part, and copies at a time; names of columns of a range, in bytes. */
const store = { network: 125e6, copy: 2, copies: 32, columns: 60e3, request: 0.02 };
const NS = 1e-9;

/** A sequence of numbers from 0 to 1 that is the same each time. */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return (state + 0.5) / 4_294_967_296;
  };
}

function simulate({
  workers,
  items = 1e10,
  itemBytes = 1000,
  ranges = 10_000,
  table = true,
  hoursToKill = 20,
  secondsToNotice = 60,
}) {
  const random = randomOf(1);
  const spread = (sigma) => Math.exp(sigma * Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random()));
  const input = (items * itemBytes) / ranges;
  const [spool, output] = [input * share.spool, input * share.output];
  const written = table ? spool : output;
  const read = (input * (cost.read + cost.down) + written * cost.up) * NS + (input + written) / store.network;
  const write = (spool * (cost.write + cost.down) + output * cost.up) * NS + (spool + output) / store.network;
  const speeds = Array.from({ length: workers }, () => spread(0.1));
  let busy = 0;
  const stage = (start, each) => {
    const free = speeds.map((speed) => ({ at: start, speed }));
    const again = [];
    let [left, end] = [ranges, start];
    while (left > 0 || again.length > 0) {
      free.sort((a, b) => a.at - b.at);
      const worker = free[0];
      if (left > 0) left--;
      else worker.at = Math.max(worker.at, again.shift());
      const time = (each * spread(0.15)) / worker.speed + 0.05;
      if (random() < time / 3600 / hoursToKill) {
        const died = worker.at + time * random();
        again.push(died + secondsToNotice);
        worker.at = died + 60;
        continue;
      }
      busy += time;
      worker.at += time;
      end = Math.max(end, worker.at);
    }
    return end;
  };
  const reading = stage(0, read);
  const merge = table ? (ranges * store.columns) / 50e6 + (ranges * store.request) / 32 : 0;
  const writing = table ? stage(reading + merge, write) : reading;
  const join = (ranges * store.copy) / store.copies;
  const total = writing + join;
  return { reading, merge, writing: writing - reading - merge, join, total, efficiency: busy / (workers * total) };
}

const rows = [
  ['csv, 1 worker', { workers: 1 }],
  ['csv, 10 workers', { workers: 10 }],
  ['csv, 100 workers', { workers: 100 }],
  ['csv, 1,000 workers', { workers: 1000 }],
  ['csv, 100 workers, 1,000 ranges', { workers: 100, ranges: 1000 }],
  ['csv, 100 workers that are killed every 2 hours', { workers: 100, hoursToKill: 2 }],
  ['jsonl, 100 workers', { workers: 100, table: false }],
];
console.log('| export of 10^10 items of 1 kB | read | merge | write | join | all | of the time workers are paid for |');
console.log('|---|---|---|---|---|---|---|');
const minutes = (seconds) => `${seconds < 60 ? (seconds / 60).toFixed(1) : Math.round(seconds / 60)} min`;
for (const [name, given] of rows) {
  const { reading, merge, writing, join, total, efficiency } = simulate(given);
  const times = [reading, merge, writing, join, total].map(minutes).join(' | ');
  console.log(`| ${name} | ${times} | ${Math.round(efficiency * 100)} % |`);
}
