import { Cron } from 'croner';

/** The least time between two runs, as on the platform: times that come sooner are left out. */
const leastInterval = 10_000;

/** Why an expression or a time zone cannot be used. `undefined`: they can. */
export function cronProblem(expression: string, timezone: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    return `timezone: got ${JSON.stringify(timezone)}, expected the name of a time zone such as Europe/Prague`;
  }
  try {
    if (cronOf(expression, timezone).nextRun() !== null) return undefined;
    return `cronExpression: got ${JSON.stringify(expression)}, expected a time that comes; there is no such day`;
  } catch (error) {
    const { message } = error as Error;
    return `cronExpression: got ${JSON.stringify(expression)}, expected five or six fields such as 0 8 * * *, or @daily (${message})`;
  }
}

/**
 * The first time of an expression after a moment. `undefined`: there is none.
 * @param last the last time for which runs were started
 */
export function nextTime(expression: string, timezone: string, from: Date, last: Date | undefined): Date | undefined {
  const soonest = last === undefined ? 0 : last.getTime() + leastInterval - 1;
  return cronOf(expression, timezone).nextRun(new Date(Math.max(from.getTime(), soonest))) ?? undefined;
}

function cronOf(expression: string, timezone: string): Cron {
  // The library also takes a date, which is no cron expression.
  if (/^\s*\d{4}-/.test(expression)) throw new Error('a date is no cron expression');
  return new Cron(expression, { timezone, mode: '5-or-6-parts', paused: true });
}
