import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Browser, Watch } from '../helpers/browser.js';
import type { House } from '../helpers/house.js';

const LAPTOP = { width: 1440, height: 900 };
const PATIENCE_MS = 10_000;

type Pane = 'operation' | 'variables' | 'request-headers' | 'response';

/** The explorer in a real browser. */
export class Explorer {
  private constructor(
    readonly page: Page,
    readonly watch: Watch,
    private readonly house: House,
  ) {}

  static async open(
    browser: Browser,
    house: House,
    { dark = false, ownClock = false } = {},
  ): Promise<Explorer> {
    const { page, watch } = await browser.page({ size: LAPTOP });
    if (ownClock) await page.clock.install();
    if (dark) await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(`${house.address}/graphiql`);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    return new Explorer(page, watch, house);
  }

  async signIn(username: string, password = this.house.database.secrets.demoPassword): Promise<void> {
    await this.page.getByLabel('Account').fill(username);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Signs in and waits until the token is in the headers. */
  async enter(username: string): Promise<void> {
    await this.signIn(username);
    await this.until('request-headers', /Bearer/);
  }

  /** Opens an example and waits until GraphiQL has understood it. */
  async example(name: string): Promise<void> {
    await this.page
      .locator('.examples button')
      .filter({ has: this.page.getByText(name, { exact: true }) })
      .click();
    await this.page.locator('.graphiql-tab-active', { hasText: name }).waitFor();
    await this.until('operation', new RegExp(`^\\w+ ${name}\\b`));
  }

  /** Runs what is in front and answers what came of it. */
  async run(): Promise<string> {
    await this.page.locator('.graphiql-execute-button').click();
    return this.until('response', /\S/);
  }

  /** What is written in a pane now; null before there is one. */
  read(pane: Pane): Promise<string | null> {
    return this.page.evaluate<string | null>(`${modelOf(pane)}?.getValue() ?? null`);
  }

  write(pane: Pane, text: string): Promise<void> {
    return this.page.evaluate(`${modelOf(pane)}.setValue(${JSON.stringify(text)})`);
  }

  /** What is written in a pane, as soon as it fits. */
  async until(pane: Pane, fits: RegExp): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      // Not playwright's own waiting, which evaluates inside the page: its policy does not let that happen.
      const text = await this.read(pane);
      if (text !== null && fits.test(text)) return text;
      if (Date.now() > deadline) throw new Error(`${pane} never came to fit ${fits}: ${text}`);
      await sleep(50);
    }
  }
}

/** The editors draw only the lines in sight; their models hold everything. */
const modelOf = (pane: Pane) =>
  `globalThis.__MONACO?.editor.getModels().find(({ uri }) => uri.path.includes('-${pane}.'))`;
