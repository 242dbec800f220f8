import { CheerioCrawler } from '@crawlee/cheerio';
import { RequestQueueV1 } from '@crawlee/core';
import { Actor } from 'apify';

// An actor as on the platform, whose default storages are used over the API.
await Actor.init();
const { start, queue } = await Actor.getInput();
const requestQueue = queue === 'v1' ? await RequestQueueV1.open() : undefined;
const crawler = new CheerioCrawler({
  requestQueue,
  maxConcurrency: 4,
  maxRequestRetries: 2,
  async requestHandler({ $, request, enqueueLinks, pushData }) {
    await pushData({ url: request.loadedUrl, title: $('title').text(), retries: request.retryCount });
    await enqueueLinks({ selector: 'a.next' });
    await enqueueLinks({ selector: 'a.first', forefront: true });
  },
  async failedRequestHandler({ request, pushData }) {
    await pushData({ url: request.url, failed: true, retries: request.retryCount });
  },
});
const { requestsFinished, requestsFailed } = await crawler.run([start]);
await Actor.setValue('OUTPUT', { requestsFinished, requestsFailed });
await Actor.exit({ exit: true });
