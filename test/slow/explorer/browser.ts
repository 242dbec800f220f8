import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/** Path of Chromium: that of Debian's package, or CHROMIUM. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function openBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `${executablePath} is not there: install Chromium (apt-get install chromium), or say where it is in CHROMIUM`,
    );
  }
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
}

/** A page, and what must not happen on it. */
export interface Visited {
  readonly page: Page;
  /** Errors on the console, errors of scripts, violations of the policy, and requests to other hosts. */
  readonly problems: readonly string[];
  /** Fails for a problem, and for a serious finding of axe, which takes minutes for thousands of elements. */
  check(options?: { readonly axe: boolean }): Promise<void>;
}

/** Opens an address in a context of its own, which ends with the test. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visited> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  onTestFinished(() => context.close());
  const { page, problems } = await watched(await context.newPage(), new URL(url).origin);
  await page.goto(url);
  const check = async ({ axe = true } = {}): Promise<void> => {
    if (axe) expect(await findings(page)).toEqual([]);
    expect(problems).toEqual([]);
  };
  return { page, problems, check };
}

async function watched(page: Page, origin: string): Promise<{ page: Page; problems: string[] }> {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    if (!/^(?:data|blob):/.test(url) && new URL(url).origin !== origin) problems.push(`request: ${url}`);
  });
  await page.exposeFunction('tellViolation', (violation: string) => void problems.push(`policy: ${violation}`));
  await page.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
    window.tellViolation(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sourceFile))`);
  return { page, problems };
}

/** Findings of axe that are serious or critical: the rule, and the first element. */
async function findings(page: Page): Promise<string[]> {
  // Playwright evaluates outside of the policy of the page.
  await page.evaluate(axe);
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`);
}

/** Waits until a cell of a table on the page has this text. */
export async function untilCell(page: Page, text: string | RegExp): Promise<void> {
  await page.getByRole('gridcell').filter({ hasText: text }).first().waitFor();
}
