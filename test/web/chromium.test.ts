import { realpathSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { type Browser, openBrowser } from '../helpers/browser.js';
import { preparedChromium } from '../helpers/chromium.js';
import { hideMachine, librariesOf, loadedBy, processesOf, visibleTo } from '../helpers/chromium-machine.js';
import { scratchFolder } from '../helpers/scratch.js';

/** A page under a policy as strict as ours; its script asks back over a WebSocket. */
const FILES: Record<string, [type: string, text: string]> = {
  '/': [
    'text/html',
    `<!doctype html><html lang="en"><title>Test</title><main><h1>Supervise</h1><p>waiting</p></main>
    <script src="/script.js"></script></html>`,
  ],
  '/script.js': [
    'text/javascript',
    `new WebSocket(location.origin.replace('http', 'ws')).onmessage = ({ data }) => {
      document.querySelector('p').textContent = data;
    };`,
  ],
  '/faulty': [
    'text/html',
    '<!doctype html><title></title><img src="http://elsewhere.example/a.png"><script>1</script>',
  ],
};

let server: Server;
let origin: string;
let browser: Browser;
beforeAll(async () => {
  // First: on a machine without one nothing else is left open.
  browser = await openBrowser();
  server = createServer(({ url = '' }, answer) => {
    const [type, text] = FILES[url] ?? ['text/plain', ''];
    answer
      .setHeader('content-type', type)
      .setHeader('content-security-policy', `default-src 'self'; img-src *`);
    answer.end(text);
  });
  new WebSocketServer({ server }).on('connection', (socket) => socket.send('heard'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  server.close();
});

const SIZE = { width: 800, height: 600 };

/** What the page looks like once its script has heard from the server. */
async function look({ in: of = browser, name = 'chromium' } = {}): Promise<Buffer> {
  const { page, watch } = await of.page({ size: SIZE });
  await page.goto(origin);
  await page.getByText('heard').waitFor();
  expect({ faults: watch.faults, foreign: watch.foreign(origin) }).toEqual({ faults: [], foreign: [] });
  expect(watch.asked).toEqual([`${origin}/`, `${origin}/script.js`, `${origin.replace('http', 'ws')}/`]);
  return of.shot(page, name);
}

test('a page is shown, its script runs, its socket is heard, nothing else is asked', async () => {
  const shot = await look();
  expect(shot.subarray(1, 4).toString()).toBe('PNG');
  expect([shot.readUInt32BE(16), shot.readUInt32BE(20)]).toEqual([SIZE.width, SIZE.height]);
});

test('a visitor is who the test says', async () => {
  const visitor = { size: SIZE, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', deviceScaleFactor: 2 };
  const { page } = await browser.page({ ...visitor, reducedMotion: 'reduce' });
  const seen = `[navigator.language, new Date(0).getHours(), devicePixelRatio, innerWidth,
    matchMedia('(prefers-reduced-motion)').matches]`;
  expect(await page.evaluate(seen)).toEqual(['zh-CN', 8, 2, SIZE.width, true]);
});

test('what is wrong with a page is seen: its faults, whom it asks, what keeps people out', async () => {
  const { page, watch } = await browser.page({ size: SIZE });
  await page.goto(`${origin}/faulty`);
  const elsewhere = 'http://elsewhere.example/a.png';
  expect(watch.foreign(origin)).toEqual([elsewhere]);
  expect(watch.faults).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/inline script/),
      `GET ${elsewhere}: net::ERR_NAME_NOT_RESOLVED`,
    ]),
  );
  const found = await browser.axe(page);
  expect(found).toContainEqual({ id: 'image-alt', impact: 'critical', where: ['img'] });
  expect(found.map(({ id }) => id)).toContain('document-title');
});

/** The C library's own files, and the compiler's that node itself cannot start without. */
const BARE_MACHINE = [
  'ld-linux-x86-64.so.2',
  'libc.so.6',
  'libdl.so.2',
  'libgcc_s.so.1',
  'libm.so.6',
  'libpthread.so.0',
];

/** What the C library fetches for itself to look names up, where the machine is set up so. */
const NAMES = /\/lib(nss_\w+|resolv)[-.][^/]*$/;

test('Chromium runs on what npm brings and what any machine has that runs node', async () => {
  const chromium = preparedChromium();
  if (process.env.CHROMIUM_PATH) {
    // A given one brings its own libraries, and is not led to others.
    expect(chromium).toMatchObject({ executablePath: process.env.CHROMIUM_PATH, env: {} });
    return;
  }
  const folder = dirname(chromium.executablePath);
  const ofMachine = (path: string) => !path.startsWith(`${folder}/`);
  const bare = librariesOf(chromium).filter(ofMachine).sort();
  expect(bare.map((path) => basename(path)).sort()).toEqual(BARE_MACHINE);

  const shot = await look();
  const pids = processesOf(chromium);
  expect(pids.length).toBeGreaterThan(3);
  const loaded = pids.flatMap(loadedBy);
  expect(loaded).toContain(`${folder}/al2023/lib/libnss3.so`);
  const allowed = new Set(bare.map((path) => realpathSync(path)));
  expect(loaded.filter((path) => ofMachine(path) && !allowed.has(path) && !NAMES.test(path))).toEqual([]);

  const scratch = await scratchFolder();
  const hidden = hideMachine(chromium, bare, scratch.folder);
  // Where the kernel lets the machine's other libraries be hidden, the page looks the same without them.
  if (hidden) {
    const alone = await openBrowser(hidden);
    const same = (await look({ in: alone, name: 'chromium-alone' })).equals(shot);
    const seen = processesOf(chromium).filter((pid) => !pids.includes(pid));
    const libraries = seen.map((pid) => visibleTo(pid).filter(ofMachine).sort());
    await alone.close();
    expect(same).toBe(true);
    expect(seen.length).toBeGreaterThan(3);
    expect(libraries).toEqual(seen.map(() => bare));
  }
  await scratch.remove();
});
