import { createEmulator } from '../../packages/emulator/dist/index.js';

// An emulator with a dataset of 100,000 items. Told to end, it tells what memory it took at most, and the most processor time between two turns.
const [directory, count] = process.argv.slice(2);
const emulator = await createEmulator({ storage: directory, fsync: 'never' });
const dataset = await emulator.datasets.create({ name: 'big' });
const reviews = [{ rating: 5, text: 'x'.repeat(100) }, { rating: 3 }];
for (let from = 0; from < Number(count); from += 1000) {
  const numbers = Array.from({ length: 1000 }, (_, index) => from + index);
  await dataset.push(numbers.map((n) => ({ n, name: `Table ${n}`, reviews, price: { amount: n / 7, currency: 'EUR' } })));
}
const { url } = await emulator.listen({ port: 0 });
process.send({ url });

let before;
let longest = 0;
const turn = () => {
  const { user, system } = process.cpuUsage(before);
  if (before !== undefined) longest = Math.max(longest, (user + system) / 1000);
  before = process.cpuUsage();
  timer = setImmediate(turn);
};
let timer = setImmediate(turn);

process.once('message', async () => {
  clearImmediate(timer);
  await emulator.close();
  process.send({ peakBytes: process.resourceUsage().maxRSS * 1024, longestTurn: longest });
  process.disconnect();
});
