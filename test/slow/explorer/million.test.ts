import { createEmulator, type Emulator } from '@dataset-items/emulator';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, untilCell, visit } from './browser.js';

const ITEMS = 1_000_000;

let browser: Browser;
let emulator: Emulator;
let url: string;

beforeAll(async () => {
  browser = await openBrowser();
  emulator = await createEmulator();
  const dataset = await emulator.datasets.create({ name: 'million' });
  for (let first = 0; first < ITEMS; first += 20_000) {
    await dataset.push(
      Array.from({ length: 20_000 }, (_, at) => ({
        n: first + at,
        name: `Item ${first + at}`,
        at: '2026-11-28',
        ok: at % 2 === 0,
      })),
    );
  }
  ({ url } = await emulator.listen({ port: 0 }));
});
afterAll(async () => {
  await browser?.close();
  await emulator?.close();
});

/** Seconds of processor time of the page's main thread. */
async function processorTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN;
}

/** Bytes of the page: objects of its scripts, its document (DOM, styles, layout), and its buffers, with what is not collected yet. */
async function pageMemory(session: CDPSession): Promise<number> {
  const { usedSize, embedderHeapUsedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
  return usedSize + embedderHeapUsedSize + backingStorageSize;
}

interface TraceEvent {
  readonly name: string;
  readonly tid: number;
  readonly pid: number;
  /** Microseconds of processor time. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds of processor time of the longest task of the page's main thread while something is done. */
async function longestTask(session: CDPSession, work: () => Promise<void>): Promise<number> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel'] } });
  await work();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const tasks = events.filter(({ name, tid, pid, tdur }) => {
    return tdur !== undefined && /RunTask/.test(name) && mains.some((main) => main.tid === tid && main.pid === pid);
  });
  expect(tasks.length).toBeGreaterThan(100);
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

async function scrollTo(page: Page, share: number): Promise<void> {
  await page.getByRole('grid').evaluate((grid, to) => {
    grid.scrollTop = to * (grid.scrollHeight - grid.clientHeight);
  }, share);
}

/** Seconds of processor time from an empty page to the first rows. */
async function firstRows(page: Page, session: CDPSession): Promise<number> {
  await page.goto('about:blank');
  await page.goto(`${url}/_explorer/`);
  const before = await processorTime(session);
  await page.goto(`${url}/storage/datasets/million`);
  await untilCell(page, 'Item 3');
  return (await processorTime(session)) - before;
}

it('a million items: the first rows take little processor time, scrolling has no long task, and memory stays small', async () => {
  const { page, check } = await visit(browser, `${url}/_explorer/`);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  // The least of several: what else the machine does can only add to it.
  const times = [await firstRows(page, session), await firstRows(page, session), await firstRows(page, session)];
  expect(Math.min(...times)).toBeLessThan(0.2);

  const longest = await longestTask(session, async () => {
    await page.getByRole('grid').hover();
    for (let step = 0; step < 60; step++) {
      await page.mouse.wheel(0, 700);
      await page.waitForTimeout(16);
    }
    for (let step = 1; step <= 20; step++) {
      await scrollTo(page, step / 20);
      await page.waitForTimeout(50);
    }
    await untilCell(page, `Item ${ITEMS - 1}`);
  });
  expect(longest).toBeLessThan(50);
  await scrollTo(page, 0.5);
  await untilCell(page, /^Item (?:49|50)\d{4}$/);
  expect(await pageMemory(session)).toBeLessThan(150_000_000);
  await check();
});
