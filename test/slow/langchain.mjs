import { ApifyDatasetLoader } from '@langchain/community/document_loaders/web/apify_dataset';
import { Document } from '@langchain/core/documents';

// Loads a dataset, and then the results of a run, as documents.
const [baseUrl, datasetId] = process.argv.slice(2);
const config = {
  datasetMappingFunction: ({ text, url }) => new Document({ pageContent: text, metadata: { source: url } }),
  clientOptions: { token: 'secret', baseUrl, publicBaseUrl: baseUrl },
};
const stored = await new ApifyDatasetLoader(datasetId, config).load();
const loader = await ApifyDatasetLoader.fromActorCall('emulator/shop', { what: 'table' }, config);
const task = await ApifyDatasetLoader.fromActorTaskCall('emulator/daily', { what: 'chair' }, config);
process.stdout.write(JSON.stringify({ stored, called: await loader.load(), task: await task.load() }));
