/** An endpoint of the public API, whether it is served or not. */
export interface ApiEndpoint {
  readonly method: string;
  /** In the form of routes: `/v2/datasets/:datasetId`. */
  readonly path: string;
}

/** The paths below a run, whichever path leads to the run. */
const ofRun = `
GET PUT DELETE /dataset
GET POST       /dataset/items
GET            /dataset/statistics
GET PUT DELETE /key-value-store
GET            /key-value-store/keys
GET            /key-value-store/records
GET PUT POST DELETE /key-value-store/records/:recordKey
GET PUT DELETE /request-queue
GET            /request-queue/head
POST           /request-queue/head/lock
GET POST       /request-queue/requests
POST DELETE    /request-queue/requests/batch
POST           /request-queue/requests/unlock
GET PUT DELETE /request-queue/requests/:requestId
PUT DELETE     /request-queue/requests/:requestId/lock
GET            /log
POST           /abort
POST           /metamorph
POST           /reboot`;

/** The endpoints of the public API, by its OpenAPI description of 2026. `/v2/acts` is another name for `/v2/actors`. */
export const apiEndpoints: readonly ApiEndpoint[] = [
  ...listed(`
GET POST            /v2/actors
GET PUT DELETE      /v2/actors/:actorId
GET POST            /v2/actors/:actorId/versions
GET PUT DELETE      /v2/actors/:actorId/versions/:versionNumber
GET POST            /v2/actors/:actorId/versions/:versionNumber/env-vars
GET PUT DELETE      /v2/actors/:actorId/versions/:versionNumber/env-vars/:envVarName
GET                 /v2/actors/:actorId/webhooks
POST                /v2/actors/:actorId/validate-input
GET POST            /v2/actors/:actorId/builds
GET                 /v2/actors/:actorId/builds/default
GET DELETE          /v2/actors/:actorId/builds/:buildId
POST                /v2/actors/:actorId/builds/:buildId/abort
GET                 /v2/actors/:actorId/builds/:buildId/openapi.json
GET POST            /v2/actors/:actorId/runs
GET POST            /v2/actors/:actorId/run-sync
GET POST            /v2/actors/:actorId/run-sync-get-dataset-items
GET                 /v2/actors/:actorId/runs/:runId
POST                /v2/actors/:actorId/runs/:runId/abort
POST                /v2/actors/:actorId/runs/:runId/metamorph
POST                /v2/actors/:actorId/runs/:runId/resurrect
GET                 /v2/actors/:actorId/runs/last`),
  ...listed(ofRun, '/v2/actors/:actorId/runs/last'),
  ...listed(`
GET POST            /v2/actor-tasks
GET PUT DELETE      /v2/actor-tasks/:actorTaskId
GET PUT             /v2/actor-tasks/:actorTaskId/input
GET                 /v2/actor-tasks/:actorTaskId/webhooks
POST                /v2/actor-tasks/:actorTaskId/publish
POST                /v2/actor-tasks/:actorTaskId/unpublish
GET POST            /v2/actor-tasks/:actorTaskId/runs
GET POST            /v2/actor-tasks/:actorTaskId/run-sync
GET POST            /v2/actor-tasks/:actorTaskId/run-sync-get-dataset-items
GET                 /v2/actor-tasks/:actorTaskId/runs/last`),
  ...listed(ofRun, '/v2/actor-tasks/:actorTaskId/runs/last'),
  ...listed(`
GET                 /v2/actor-runs
GET PUT DELETE      /v2/actor-runs/:runId
POST                /v2/actor-runs/:runId/resurrect
POST                /v2/actor-runs/:runId/charge`),
  ...listed(ofRun, '/v2/actor-runs/:runId'),
  ...listed(`
GET                 /v2/actor-builds
GET DELETE          /v2/actor-builds/:buildId
POST                /v2/actor-builds/:buildId/abort
GET                 /v2/actor-builds/:buildId/log
GET                 /v2/actor-builds/:buildId/openapi.json
GET POST            /v2/datasets
GET PUT DELETE      /v2/datasets/:datasetId
GET POST            /v2/datasets/:datasetId/items
GET                 /v2/datasets/:datasetId/statistics
GET POST            /v2/key-value-stores
GET PUT DELETE      /v2/key-value-stores/:storeId
GET                 /v2/key-value-stores/:storeId/keys
GET                 /v2/key-value-stores/:storeId/records
GET PUT POST DELETE /v2/key-value-stores/:storeId/records/:recordKey
GET POST            /v2/request-queues
GET PUT DELETE      /v2/request-queues/:queueId
GET                 /v2/request-queues/:queueId/head
POST                /v2/request-queues/:queueId/head/lock
GET POST            /v2/request-queues/:queueId/requests
POST DELETE         /v2/request-queues/:queueId/requests/batch
POST                /v2/request-queues/:queueId/requests/unlock
GET PUT DELETE      /v2/request-queues/:queueId/requests/:requestId
PUT DELETE          /v2/request-queues/:queueId/requests/:requestId/lock
GET                 /v2/logs/:buildOrRunId
GET POST            /v2/webhooks
GET PUT DELETE      /v2/webhooks/:webhookId
POST                /v2/webhooks/:webhookId/test
GET                 /v2/webhooks/:webhookId/dispatches
GET                 /v2/webhook-dispatches
GET                 /v2/webhook-dispatches/:dispatchId
GET POST            /v2/schedules
GET PUT DELETE      /v2/schedules/:scheduleId
GET                 /v2/schedules/:scheduleId/log
GET                 /v2/store
GET                 /v2/users/me
GET                 /v2/users/me/usage/monthly
GET PUT             /v2/users/me/limits
GET                 /v2/users/:userId
GET                 /v2/browser-info
POST                /v2/tools/encode-and-sign
POST                /v2/tools/decode-and-verify`),
];

function listed(lines: string, above = ''): ApiEndpoint[] {
  return lines
    .trim()
    .split('\n')
    .flatMap((line) => {
      const words = line.split(/ +/);
      const path = above + words.pop();
      return words.map((method) => ({ method, path }));
    });
}
