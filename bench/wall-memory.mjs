// A wall screen through an accelerated campaign month, with people at work: what its page holds after each campaign day.
//   npm run bench:wall            31 days at 24 s each
//   npm run bench:wall -- 5 86400 5 days at 1 s each
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { prepareChromium } from '../test/helpers/chromium.ts';

const [days = '31', speed = '3600'] = process.argv.slice(2);
const PORT = 4919;
const ADDRESS = `http://127.0.0.1:${PORT}`;
const PASSWORD = 'a-password-for-the-bench';
const DAY_MS = 86_400_000 / Number(speed);
/** Between two moves of the people at work. */
const MOVE_MS = 400;

const dataDir = await mkdtemp(join(tmpdir(), 'duban-wall-'));
const server = await startServer();
const browser = await launch();
try {
  const { page, probe } = await openWall();
  const work = new AbortController();
  const working = Promise.all(['hesheng.village', 'liulou.village'].map((team) => workAs(team, work.signal)));
  const samples = [];
  for (let day = 0; day <= Number(days); day++) {
    samples.push({ day, ...(await measure(page, probe)) });
    console.error(JSON.stringify(samples.at(-1)));
    if (day < Number(days)) await sleep(DAY_MS);
  }
  work.abort();
  const moves = (await working).reduce((sum, each) => sum + each, 0);
  console.log(
    JSON.stringify({ speed: Number(speed), cores: availableParallelism(), moves, samples }, null, 1),
  );
} finally {
  await browser.close();
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  await rm(dataDir, { recursive: true, force: true });
}

async function startServer() {
  const env = { ...process.env, PORT, DATA_DIR: dataDir, CAMPAIGN_SPEED: speed, DEMO_PASSWORD: PASSWORD };
  const started = spawn(process.execPath, ['scripts/start.mjs'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (;;) {
    if (started.exitCode !== null) throw new Error(`the server ended with ${started.exitCode}`);
    const answer = await fetch(`${ADDRESS}/readyz`).catch(() => null);
    if (answer?.ok) return started;
    await sleep(200);
  }
}

async function launch() {
  const { executablePath, args, env, missing } = JSON.parse(await prepareChromium());
  if (missing) throw new Error(missing);
  return chromium.launch({ executablePath, args, env: { ...process.env, ...env }, chromiumSandbox: false });
}

async function openWall() {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(`${ADDRESS}/screen/`);
  await page.getByLabel('账号').fill('wall.screen');
  await page.getByLabel('密码').fill(PASSWORD);
  await page.getByRole('button', { name: '登录' }).click();
  await page.locator('.area-map svg path').first().waitFor();
  const probe = await page.context().newCDPSession(page);
  await probe.send('Performance.enable');
  return { page, probe };
}

/** What is left after everything that can go has gone. */
async function measure(page, probe) {
  await probe.send('HeapProfiler.collectGarbage');
  const { metrics } = await probe.send('Performance.getMetrics');
  const of = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return {
    heapKiB: Math.round(of('JSHeapUsedSize') / 1024),
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    unread: (await page.locator('.pin-head b').allTextContents()).join(''),
    lines: await page.locator('[data-event]').count(),
    campaign: await page.locator('.countdown time').getAttribute('datetime'),
    freshness: await page.locator('.freshness b').textContent(),
  };
}

/** A village team whose tasks go from in progress to blocked and back; answers how many moves it made. */
async function workAs(username, signal) {
  const { login } = await ask(
    null,
    `mutation { login(username: "${username}", password: "${PASSWORD}") {
    accessToken refreshToken viewer { grants { region { code } } } } }`,
  );
  let { accessToken, refreshToken } = login;
  const within = login.viewer.grants[0].region.code;
  let moves = 0;
  for (let turn = 0; !signal.aborted; turn++) {
    await sleep(MOVE_MS);
    if (turn % 500 === 499) {
      const { refreshSession } = await ask(
        null,
        `mutation { refreshSession(refreshToken: "${refreshToken}") { accessToken refreshToken } }`,
      );
      ({ accessToken, refreshToken } = refreshSession);
    }
    const { tasks } = await ask(
      accessToken,
      `{ tasks(within: "${within}", first: 100, filter: {
      status: [NOT_STARTED, IN_PROGRESS, BLOCKED] }) { edges { node { id status version } } } }`,
    );
    const { id, status, version } = tasks.edges[turn % tasks.edges.length].node;
    const to = status === 'IN_PROGRESS' ? 'BLOCKED' : 'IN_PROGRESS';
    await ask(
      accessToken,
      `mutation { changeTaskStatus(input: { taskId: "${id}", to: ${to}, expectedVersion: ${version} }) { mark } }`,
    );
    moves++;
  }
  return moves;
}

async function ask(token, query) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${ADDRESS}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
