export const storePath = '/storage/key-value-stores/:storeId';
export const queuePath = '/storage/request-queues/:queueId';
