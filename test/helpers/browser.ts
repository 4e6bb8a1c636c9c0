import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type BrowserContext, chromium, type Page, type Browser as Started } from 'playwright-core';
import { type Chromium, preparedChromium } from './chromium.js';

const SHOTS = new URL('../../.artifacts/screens/', import.meta.url).pathname;
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface PageOptions {
  readonly size: { readonly width: number; readonly height: number };
  /** What the visitor reads, such as `zh-CN`; Chromium's own is `en-US`. */
  readonly locale?: string;
  /** Where the visitor's clock stands, such as `Asia/Shanghai`; else where the tests run. */
  readonly timezoneId?: string;
  readonly reducedMotion?: 'reduce';
  readonly deviceScaleFactor?: number;
}

/** Everything that the pages of one visitor asked for and complained of. */
export class Watch {
  /** Errors and warnings of the console, whatever was thrown, and requests without an answer. */
  readonly faults: string[] = [];
  /** The address of every request and every WebSocket, in order. */
  readonly asked: string[] = [];

  constructor(context: BrowserContext) {
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.faults.push(message.text());
    });
    context.on('weberror', (fault) => this.faults.push(String(fault.error())));
    context.on('request', (request) => this.asked.push(request.url()));
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // What a page itself gives up, by leaving or by an AbortController, is no fault.
      if (why !== 'net::ERR_ABORTED') this.faults.push(`${request.method()} ${request.url()}: ${why}`);
    });
    context.on('page', (page) => page.on('websocket', (socket) => this.asked.push(socket.url())));
  }

  /** What was asked of anybody but this origin. */
  foreign(origin: string): string[] {
    const { host } = new URL(origin);
    return this.asked.filter((url) => /^(https?|wss?):/.test(url) && new URL(url).host !== host);
  }
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/** A real Chromium; every page is a visitor of its own. */
export class Browser {
  constructor(private readonly started: Started) {}

  async page({ size, ...options }: PageOptions): Promise<{ page: Page; watch: Watch }> {
    const context = await this.started.newContext({ viewport: size, ...options });
    const watch = new Watch(context);
    return { page: await context.newPage(), watch };
  }

  /** Keeps what the page looks like now, for people. */
  async shot(page: Page, name: string): Promise<Buffer> {
    mkdirSync(SHOTS, { recursive: true });
    return page.screenshot({ path: `${SHOTS}${name}.png` });
  }

  /** What keeps people from using the page; empty is as it should be. */
  async axe(page: Page): Promise<{ id: string; impact: string | null; where: string[] }[]> {
    // Evaluated, not added as a script: the page's own policy would not let that run.
    await page.evaluate(readFileSync(AXE, 'utf8'));
    const found = await page.evaluate('axe.run()');
    const { violations } = found as { violations: Violation[] };
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.slice(0, 5).map(({ target }) => target.join(' ')),
    }));
  }

  close(): Promise<void> {
    return this.started.close();
  }
}

/** Starts the Chromium that the global setup has prepared, or this one. */
export async function openBrowser(given: Chromium = preparedChromium()): Promise<Browser> {
  const launch = (chromiumSandbox: boolean) =>
    chromium.launch({
      executablePath: given.executablePath,
      args: [...given.args],
      env: { ...process.env, ...given.env },
      chromiumSandbox,
    });
  // Chromium has no sandbox for root, nor where the kernel gives ordinary users no namespaces; it says so at once.
  const sandboxed = process.getuid?.() === 0 ? launch(false) : launch(true).catch(() => launch(false));
  return new Browser(await sandboxed);
}
