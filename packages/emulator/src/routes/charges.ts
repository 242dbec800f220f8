import { RefusedRequestError } from '@dataset-items/http';
import { json } from '../answers.js';
import { refusal } from '../refusal.js';
import { invalidBody, kindOf, readJsonObject } from '../request-body.js';
import { ChargeRefusedError } from '../runs/charging.js';
import { costOf } from '../runs/pricing.js';
import { route } from './route.js';
import { continued } from './run-continuations.js';

/** Longest idempotency key, in characters. */
const longestKey = 256;

export const chargeRoutes = [
  route({
    method: 'POST',
    path: '/v2/actor-runs/:runId/charge',
    operation: 'actorRun_charge_post',
    summary: 'Charge for events of a run',
    does: 'writes',
    takes: { media: 'application/json', summary: '`eventName`, `count`', required: true },
    status: 201,
    sends: ['application/json'],
    differs: 'only counted; `/_emulator/charges` lists what was charged',
    answer: async ({ request, segment, services: { runs } }) => {
      const { eventName, count } = await readJsonObject(request);
      if (typeof eventName !== 'string') throw invalidBody(`eventName: got ${kindOf(eventName ?? null)}, expected text`);
      if (typeof count !== 'number') throw invalidBody(`count: got ${kindOf(count ?? null)}, expected a number`);
      const idempotencyKey = request.headers.get('idempotency-key') ?? undefined;
      if (idempotencyKey !== undefined && (idempotencyKey === '' || idempotencyKey.length > longestKey)) {
        throw new RefusedRequestError(
          refusal('invalid-idempotency-key'),
          `idempotency-key: got ${idempotencyKey.length} characters, expected 1 to ${longestKey}`,
        );
      }
      await continued(runs.charge(segment('runId'), { eventName, count, idempotencyKey })).catch((error: unknown) => {
        if (!(error instanceof ChargeRefusedError)) throw error;
        if (error.code === 'invalid-input') throw invalidBody(error.message);
        throw new RefusedRequestError(refusal(error.code), error.message, { cause: error });
      });
      return json({}, { status: 201 });
    },
  }),
  route({
    method: 'GET',
    path: '/_emulator/proxy-requests',
    operation: 'emulator_proxy_requests_get',
    summary: 'List the last 1,000 requests that runs sent over the proxy, the oldest first',
    does: 'reads',
    sends: ['application/json'],
    answer: ({ services: { egress } }) => json({ requests: egress?.requests() ?? [] }),
  }),
  route({
    method: 'GET',
    path: '/_emulator/charges',
    operation: 'emulator_charges_get',
    summary: 'List what each run that is paid for has cost, the oldest first, with its charges',
    does: 'reads',
    sends: ['application/json'],
    answer: ({ services: { runs } }) => {
      const paid = runs.list().filter(({ pricing }) => pricing !== undefined);
      return json({
        runs: paid.map((run) => {
          const { id: runId, actorId, status, items = 0, options } = run;
          const { counts: chargedEventCounts, usd } = costOf(run, items);
          const charges = runs.charges(runId).map(({ runId: _, ...charge }) => charge);
          const { maxTotalChargeUsd, maxItems } = options;
          return { runId, actorId, status, maxTotalChargeUsd, maxItems, items, chargedEventCounts, usd, charges };
        }),
      });
    },
  }),
];
