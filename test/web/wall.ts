import type { Page } from 'playwright-core';
import type { Browser, Watch } from '../helpers/browser.js';
import type { House } from '../helpers/house.js';

export const WALL = { width: 1920, height: 1080 };
export const LAPTOP = { width: 1366, height: 768 };
export const TABLET = { width: 1024, height: 768 };

interface Opening {
  readonly size?: { width: number; height: number };
  /** Where the page comes from; the house itself, or a wire to it. */
  readonly address?: string;
  /** What stands behind the address of the page, such as `#/341225000000`. */
  readonly hash?: string;
  /** Stops the page's own clock, to be moved by hand. */
  readonly ownClock?: boolean;
}

/** The leadership screen in a real browser, looked at as people do: by what it says. */
export class Wall {
  private constructor(
    readonly page: Page,
    readonly watch: Watch,
    private readonly house: House,
  ) {}

  static async open(browser: Browser, house: House, opening: Opening = {}): Promise<Wall> {
    const { size = WALL, address = house.address, hash = '', ownClock = false } = opening;
    const { page, watch } = await browser.page({ size });
    if (ownClock) await page.clock.install();
    await page.goto(`${address}/screen/${hash}`);
    return new Wall(page, watch, house);
  }

  /** Signs in with the right password, or with this one. */
  async signIn(username: string, password = this.house.database.secrets.demoPassword): Promise<void> {
    await this.page.getByLabel('账号').fill(username);
    await this.page.getByLabel('密码').fill(password);
    await this.page.getByRole('button', { name: '登录' }).click();
  }

  /** Signs in and waits until the numbers are there. */
  async enter(username: string): Promise<void> {
    await this.signIn(username);
    await this.numbers();
  }

  /** Resolves when the numbers of the region are shown. */
  async numbers(): Promise<void> {
    await this.page.locator('.area-tasks .figure.large b').filter({ hasText: /\d/ }).waitFor();
  }

  /** A number by the panel it stands in and the name it is read out with. */
  async figure(panel: string, name: string | RegExp): Promise<number> {
    const text = await this.page
      .locator(`.area-${panel}`)
      .getByRole('button', { name })
      .locator('b')
      .innerText();
    return Number(text.replaceAll(',', ''));
  }

  /** Identities of the ticker's lines, from the top. */
  ticker(): Promise<string[]> {
    return this.page
      .locator('.area-ticker [data-event]')
      .evaluateAll((lines) => lines.map((line) => line.getAttribute('data-event') ?? ''));
  }

  /** Where one is: the last of the crumbs. */
  place(): Promise<string> {
    return this.page.locator('.crumbs [aria-current]').innerText();
  }
}
