import { expect, it } from 'vitest';
import { cronProblem, nextTime } from './cron.js';

it.each<[expression: string, timezone: string, from: string, next: string | undefined, last?: string]>([
  ['*/3 * * * *', 'UTC', '2026-11-28T12:00:00.000Z', '2026-11-28T12:03:00.000Z'],
  ['30 5 16 * * 1', 'UTC', '2026-11-28T12:00:00Z', '2026-11-30T16:05:30.000Z'],
  ['0 0 * * 7', 'UTC', '2026-11-28T12:00:00Z', '2026-11-29T00:00:00.000Z'],
  ['@daily', 'Europe/Prague', '2026-11-28T12:00:00Z', '2026-11-28T23:00:00.000Z'],
  ['@yearly', 'UTC', '2026-11-28T12:00:00Z', '2027-01-01T00:00:00.000Z'],
  // Eight o'clock before and after the clocks change.
  ['0 8 * * *', 'Europe/Prague', '2026-03-28T12:00:00Z', '2026-03-29T06:00:00.000Z'],
  ['0 8 * * *', 'Europe/Prague', '2026-10-24T12:00:00Z', '2026-10-25T07:00:00.000Z'],
  ['0 8 * * *', 'America/New_York', '2026-11-28T12:00:00Z', '2026-11-28T13:00:00.000Z'],
  ['0 0 31 2 *', 'UTC', '2026-11-28T12:00:00Z', undefined],
  // A time is used once, and the next one is at least ten seconds later.
  ['0 * * * *', 'UTC', '2026-11-28T11:00:00Z', '2026-11-28T13:00:00.000Z', '2026-11-28T12:00:00.000Z'],
  ['* * * * * *', 'UTC', '2026-11-28T12:00:00Z', '2026-11-28T12:00:10.000Z', '2026-11-28T12:00:00.000Z'],
  ['*/7 * * * * *', 'UTC', '2026-11-28T12:00:07Z', '2026-11-28T12:00:21.000Z', '2026-11-28T12:00:07.000Z'],
])('%s in %s after %s: %s', (expression, timezone, from, next, last) => {
  const given = last === undefined ? undefined : new Date(last);
  expect(nextTime(expression, timezone, new Date(from), given)?.toISOString()).toBe(next);
});

it.each<[expression: string, timezone: string, problem: RegExp]>([
  ['', 'UTC', /^cronExpression: got "", expected five or six fields/],
  ['* * * *', 'UTC', /^cronExpression: got "\* \* \* \*", expected/],
  ['* * * * * * *', 'UTC', /^cronExpression/],
  ['61 * * * *', 'UTC', /^cronExpression/],
  ['@reboot', 'UTC', /^cronExpression/],
  ['2027-01-01T00:00:00', 'UTC', /a date is no cron expression/],
  ['0 0 31 2 *', 'UTC', /^cronExpression: got "0 0 31 2 \*", expected a time that comes; there is no such day$/],
  ['0 0 31 4,6 *', 'Europe/Prague', /^cronExpression: got .* there is no such day$/],
  ['@daily', 'Europe/Nowhere', /^timezone: got "Europe\/Nowhere", expected the name of a time zone/],
])('cannot be used: %s in %s', (expression, timezone, problem) => {
  expect(cronProblem(expression, timezone)).toMatch(problem);
});
