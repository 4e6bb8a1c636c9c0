import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Canary, type Marker } from '../helpers/canary.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';
import { type House, openHouse, operation } from '../helpers/house.js';
import { RawSocket } from '../http/raw-socket.js';

const HESHENG = '341225206205';
const LIULOU = '341225120206';

/** A house in which something is about to go wrong, what must be said when it closes, and a marker of a village. */
async function spoilt(
  spoil: (house: House, marker: (kind: Marker['kind'], region?: string) => Promise<string>) => Promise<void>,
) {
  const house = await openHouse();
  const marker = async (kind: Marker['kind'], region = LIULOU) => {
    const sql = 'select mark from canary.marker where kind = $1 and region_code = $2 order by mark limit 1';
    return (await house.sql(sql, [kind, region]))[0].mark as string;
  };
  const done = await spoil(house, marker).catch((fault: Error) => fault);
  if (done) {
    await house.close().catch(() => undefined);
    throw done;
  }
  return house.close().then(
    () => 'nothing was found',
    (fault: Error) => fault.message,
  );
}

describe('what must not be is found', () => {
  test('a name of another village, over HTTP', async () => {
    const said = spoilt(async (house, marker) => {
      await house.sql('update region set name = $1 where code = $2', [`王${await marker('NAME')}`, HESHENG]);
      const village = await house.signIn('hesheng.village');
      await village.data(operation('region'), { code: HESHENG });
    });
    expect(await said).toMatch(/NAME of 341225120206 was sent to [0-9a-f-]{36} by POST \/graphql/);
  });

  test('a register number on the feed of a wall, which reads no household', async () => {
    const said = spoilt(async (house, marker) => {
      const mark = await marker('REGISTER_NUMBER');
      await house.sql(
        `create function spoil() returns trigger language plpgsql as $$ begin
           new.params := jsonb_set(new.params, '{title,zh}', to_jsonb('${mark}'::text)); return new; end $$`,
      );
      await house.sql(
        `create trigger spoil before insert on event for each row when (new.kind = 'TASK_STATUS_CHANGED') execute function spoil()`,
      );
      const wall = await house.signIn('wall.screen');
      const feed = await wall.subscribe(operation('supervision-feed'), { within: LIULOU });
      await feed.next();
      const village = await house.signIn('liulou.village');
      const { tasks } = await village.data(operation('tasks'), {
        within: LIULOU,
        filter: { status: ['IN_PROGRESS'] },
        first: 1,
      });
      const { id, version } = tasks.edges[0].node;
      await village.data(operation('change-task-status'), {
        input: { taskId: id, to: 'BLOCKED', expectedVersion: version },
      });
      await feed.until(({ data }) => data.supervisionFeed.events.length > 0);
    });
    expect(await said).toMatch(/REGISTER_NUMBER of 341225120206 was sent to [0-9a-f-]{36} by a socket/);
    expect(await said).toMatch(/REGISTER_NUMBER in table event/);
  });

  test('an ID number in full, also of one’s own village', async () => {
    const said = spoilt(async (house, marker) => {
      const mark = await marker('ID_NUMBER', HESHENG);
      for (const [table, column] of Object.entries({ household: 'head_name', household_member: 'name' }))
        await house.sql(`update ${table} set ${column} = $1 where region_code = $2`, [mark, HESHENG]);
      const village = await house.signIn('hesheng.village');
      await village.data(operation('households'), { within: HESHENG, first: 1 });
    });
    expect(await said).toMatch(/^ID_NUMBER of 341225206205 was sent to/);
  });

  test('an income, to a socket that nobody has signed in', async () => {
    const said = spoilt(async (house, marker) => {
      const mark = await marker('INCOME');
      const socket = new RawSocket(house.address);
      await socket.say({ type: 'ping', payload: { mark } });
      await socket.next();
      socket.socket.close();
      await socket.closed;
    });
    // The protocol answers a ping with its payload: what comes in goes out.
    expect(await said).toMatch(/^INCOME of 341225120206 was sent to nobody signed in by a socket/);
  });

  test('a name, a token or a password in the log, at any level', async () => {
    const said = spoilt(async (house, marker) => {
      house.log.trace({ mark: await marker('NAME') }, 'said too much');
      house.log.debug(`Bearer ${(await house.signIn('auditor')).accessToken}`);
    });
    expect(await said).toMatch(/NAME in the log/);
    expect(await said).toMatch(/a secret in the log/);
  });

  test('a name that was stored where it is kept for ever', async () => {
    const said = spoilt(async (house, marker) => {
      const office = await house.signIn('city.office');
      const input = { regionCode: LIULOU, kind: 'OTHER', nameZh: `王${await marker('NAME')}家门前路` };
      await office.data('mutation ($input: CreateProjectInput!) { createProject(input: $input) { mark } }', {
        input,
      });
    });
    expect(await said).toMatch(/NAME in table project/);
    expect(await said).toMatch(/NAME in table event/);
  });
});

test('what may be seen is no leak: lists, members and incomes of one’s own', async () => {
  const said = spoilt(async (house) => {
    for (const [username, within] of [
      ['hesheng.village', HESHENG],
      ['funan.office', '341225000000'],
      ['auditor', LIULOU],
    ] as const) {
      const client = await house.signIn(username);
      const { households } = await client.data(operation('households'), { within, first: 100 });
      expect(households.edges.length).toBeGreaterThan(0);
      await client.data(operation('household'), { id: households.edges[0].node.id });
    }
    expect(house.canary.searched).toBeGreaterThan(10_000);
  });
  expect(await said).toBe('nothing was found');
});

describe('the template itself', () => {
  let database: FreshDatabase;
  let owner: pg.Client;
  beforeAll(async () => {
    database = await freshDatabase({ template: 'demo' });
    owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await database.drop();
  });

  test('has a marker in every household, member and income', async () => {
    const { rows } = await owner.query(
      `select kind, count(*)::int as count from canary.marker group by kind`,
    );
    const count = Object.fromEntries(rows.map((row) => [row.kind, row.count]));
    const {
      rows: [there],
    } = await owner.query(`select (select count(*)::int from household) as households,
      (select count(*)::int from household_member) as members, (select count(*)::int from household_income) as incomes`);
    expect(count).toMatchObject({
      REGISTER_NUMBER: there.households,
      ID_NUMBER: there.members,
    });
    expect(count.NAME + count.NAME_OF_MINOR).toBe(there.members);
    expect(count.BANK_ACCOUNT).toBe(there.households);
    expect(count.PHONE).toBeGreaterThan(there.households);
    expect(count.INCOME).toBeGreaterThanOrEqual(there.incomes);
  });

  test('holds none of them outside the register', async () => {
    const { rows } = await owner.query<Marker>(
      'select mark, kind, region_code as "regionCode" from canary.marker',
    );
    const canary = new Canary(rows, '3');
    expect(await canary.verdict(owner)).toEqual([]);
    expect(canary.searched).toBeGreaterThan(1_000_000);
  });
});
