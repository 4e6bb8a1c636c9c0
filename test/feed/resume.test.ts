import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FEED_EVENT_KINDS } from '../../src/events/facts.js';
import { type House, openHouse, operation } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';
import { type Message, RawSocket } from '../http/raw-socket.js';
import { VillageAtWork } from './moves.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const COUNTY = '341225000000';
const MOVES = 200;

/** Reads on from its last cursor, over one connection after the other, each cut after a few batches. */
class CutReader {
  readonly ids: string[] = [];
  connections = 0;
  cursor: string | null = null;

  constructor(private readonly token: string) {}

  /** Until the event has come; which one is told when everything has happened. */
  async readTo(last: Promise<string>): Promise<void> {
    let end: string | null = null;
    const over = last.then((id) => {
      end = id;
      return null;
    });
    while (end === null || !this.ids.includes(end)) await this.connection(over);
  }

  private async connection(over: Promise<null>): Promise<void> {
    this.connections++;
    const socket = await new RawSocket(house.address).enter(this.token);
    const variables = { within: COUNTY, after: this.cursor };
    await socket.subscribe('feed', operation('supervision-feed'), variables);
    this.take(await socket.next());
    for (let batches = Math.floor(Math.random() * 4); batches > 0; batches--) {
      const message = await Promise.race([socket.next(), over]);
      if (!message) break;
      this.take(message);
    }
    // Without a goodbye, perhaps in the middle of a message.
    socket.socket.terminate();
  }

  private take({ payload }: Message): void {
    const { cursor, reset, events } = payload.data.supervisionFeed;
    expect(reset).toBeNull();
    this.cursor = cursor;
    this.ids.push(...events.map(({ id }: { id: string }) => id));
  }
}

test(`${MOVES} moves, readers cut all the time: everything once, in the one order`, async () => {
  const teams = { 'hesheng.village': '341225206205', 'liulou.village': '341225120206' };
  const works = await Promise.all(
    Object.entries(teams).map(async ([username, village]) =>
      VillageAtWork.of(await house.signIn(username), village),
    ),
  );
  const county = await house.signIn('funan.office');
  const readers = Array.from({ length: 3 }, () => new CutReader(county.accessToken ?? ''));
  let told: (id: string) => void = () => undefined;
  const last = new Promise<string>((resolve) => {
    told = resolve;
  });
  const [{ head }] = await house.sql('select max(id)::text as head from tick');
  const reading = Promise.all(readers.map((reader) => reader.readTo(last)));
  await until('everybody has a place', () => readers.every(({ cursor }) => cursor !== null));
  await Promise.all(
    works.map(async (work) => {
      for (let done = 0; done < MOVES / works.length; done++) await work.move();
    }),
  );
  await house.settled();
  const rows = await house.sql(
    `select event.id::text from tick cross join unnest(ids) as member (id) join event on event.id = member.id
     where tick.id > $1 and region_code >= '341225' and region_code < '341225:'
       and audience = 'REGION' and kind = any ($2) order by tick.id, event.id`,
    [head, FEED_EVENT_KINDS],
  );
  const expected = rows.map(({ id }) => id);
  told(expected.at(-1));
  await reading;
  expect(expected.length).toBeGreaterThanOrEqual(MOVES);
  for (const reader of readers) {
    expect(reader.ids).toEqual(expected);
    expect(reader.connections).toBeGreaterThan(5);
  }
}, 60_000);
