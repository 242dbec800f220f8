import { enveloped } from '../answers.js';
import { isFinal } from '../runs/run.js';
import type { Services } from '../services.js';
import { dateParameter } from './date-parameter.js';
import { route } from './route.js';

/** Nothing is limited or charged; the numbers are those of a large account. */
const limits = {
  maxMonthlyUsageUsd: 1_000_000,
  maxMonthlyActorComputeUnits: 1_000_000,
  maxMonthlyExternalDataTransferGbytes: 1_000_000,
  maxMonthlyProxySerps: 1_000_000,
  maxMonthlyResidentialProxyGbytes: 1_000_000,
  maxActorMemoryGbytes: 1024,
  maxActorCount: 10_000,
  maxActorTaskCount: 10_000,
  maxScheduleCount: 10_000,
  maxTeamAccountSeatCount: 1,
  dataRetentionDays: 10_000,
};

/** Runs at the same time; the default of `Runs`. */
const defaultConcurrentRuns = 8;

export const usageRoutes = [
  route({
    method: 'GET',
    path: '/v2/users/me/limits',
    operation: 'users_me_limits_get',
    summary: 'Get the limits of the user, and how much of them is used',
    does: 'reads',
    answers: 'AccountLimits',
    differs: 'only `maxConcurrentActorJobs` limits anything',
    answer: ({ services }) => {
      const { catalog, runs, options } = services;
      const active = runs.list().filter(({ status }) => !isFinal(status));
      return enveloped({
        monthlyUsageCycle: cycleOf(new Date()),
        limits: { ...limits, maxConcurrentActorJobs: options.maxConcurrentRuns ?? defaultConcurrentRuns },
        current: {
          monthlyUsageUsd: 0,
          monthlyActorComputeUnits: computeUnits(services, new Date()),
          monthlyExternalDataTransferGbytes: 0,
          monthlyProxySerps: 0,
          monthlyResidentialProxyGbytes: 0,
          actorMemoryGbytes: active.reduce((sum, run) => sum + run.options.memoryMbytes / 1024, 0),
          actorCount: catalog.actors().length,
          actorTaskCount: catalog.tasks().length,
          scheduleCount: services.schedules.list().length,
          activeActorJobCount: active.length,
          teamAccountSeatCount: 1,
        },
      });
    },
  }),
  route({
    method: 'GET',
    path: '/v2/users/me/usage/monthly',
    operation: 'users_me_usage_monthly_get',
    summary: 'Get the usage of a month',
    does: 'reads',
    parameters: {
      date: dateParameter('A day of the month (`2026-11-28`)'),
    },
    answers: 'MonthlyUsage',
    differs: 'only compute units of the runs that are kept; nothing is charged',
    answer: ({ services }, { date = new Date() }) => {
      const usage = { ACTOR_COMPUTE_UNITS: { quantity: computeUnits(services, date), ...nothingCharged } };
      return enveloped({
        usageCycle: cycleOf(date),
        monthlyServiceUsage: usage,
        dailyServiceUsages: daysOf(services, date),
        totalUsageCreditsUsdBeforeVolumeDiscount: 0,
        totalUsageCreditsUsdAfterVolumeDiscount: 0,
      });
    },
  }),
];

const nothingCharged = { baseAmountUsd: 0, baseUnitPriceUsd: 0, amountAfterVolumeDiscountUsd: 0, priceTiers: [] };

interface Cycle {
  readonly startAt: Date;
  readonly endAt: Date;
}

/** The month of a day, in UTC. */
function cycleOf(date: Date): Cycle {
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { startAt: new Date(Date.UTC(year, month)), endAt: new Date(Date.UTC(year, month + 1) - 1) };
}

function runsIn({ runs }: Services, date: Date) {
  const { startAt, endAt } = cycleOf(date);
  return runs.list().filter(({ startedAt }) => startedAt >= startAt && startedAt <= endAt);
}

function computeUnits(services: Services, date: Date): number {
  return runsIn(services, date).reduce((sum, { stats }) => sum + stats.computeUnits, 0);
}

function daysOf(services: Services, date: Date): unknown[] {
  const days = new Map<string, number>();
  for (const { startedAt, stats } of runsIn(services, date)) {
    const day = startedAt.toISOString().slice(0, 10);
    days.set(day, (days.get(day) ?? 0) + stats.computeUnits);
  }
  return [...days].map(([day, quantity]) => ({
    date: `${day}T00:00:00.000Z`,
    serviceUsage: { ACTOR_COMPUTE_UNITS: { quantity, ...nothingCharged } },
    totalUsageCreditsUsd: 0,
  }));
}
