import { Actor } from 'apify';

/** Uses a dataset like code for the platform, and writes the results to standard output as JSON. */
await Actor.init();
const dataset = await Actor.openDataset('from-sdk', { forceCloud: true });
await dataset.pushData({ id: 0, name: 'one' });
await dataset.pushData(Array.from({ length: 2500 }, (_, index) => ({ id: index + 1, name: `é ${index + 1}`, '#debug': index })));

const got = await dataset.getData({ offset: 1, limit: 2, clean: true });
const walked = [];
await dataset.forEach(async ({ id }, index) => void walked.push([id, index]));
const sum = await dataset.reduce((memo, { id }) => memo + id, 0);
await dataset.exportToCSV('exported');
await dataset.exportToJSON('exported-json');
const information = await dataset.getInfo();
const csv = await Actor.getValue('exported');
const json = await Actor.getValue('exported-json');
const again = await Actor.openDataset(information.id, { forceCloud: true });
const { total } = await again.getData({ limit: 1 });
await again.drop();
process.stdout.write(JSON.stringify({ got, walked, sum, information, csv, json, total }));
await Actor.exit({ exit: false });
