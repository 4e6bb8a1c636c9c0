import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';

let house: House;
let office: Client;

beforeAll(async () => {
  house = await openHouse({ env: { TRUSTED_DOCUMENTS: 'on' } });
  office = await house.signIn('city.office');
});
afterAll(() => house.close());

const REGION = '341225000000';

test('the documents of the contract are answered, however they are spaced', async () => {
  const spaced = `# asked by a page\n${operation('region').replaceAll('\n', '\n\n')}`;
  expect((await office.data(spaced, { code: REGION })).region.name).toBe('阜南县');
  const feed = await office.subscribe(operation('supervision-feed'), { within: REGION });
  expect((await feed.next()).data.supervisionFeed.events).toEqual([]);
});

test('several of them in one body, the wanted one named', async () => {
  const response = await fetch(`${house.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${office.accessToken}` },
    body: JSON.stringify({
      query: `${operation('region')}\n${operation('tasks')}`,
      operationName: 'Region',
      variables: { code: REGION },
    }),
  });
  expect(await response.json()).toMatchObject({ data: { region: { name: '阜南县' } } });
});

test('any other document is refused on both doors', async () => {
  const other = `{ region(code: "${REGION}") { name } }`;
  expect(await office.refusal(other)).toMatchObject({ code: 'OPERATION_NOT_ALLOWED' });
  const feed = await office.subscribe(`subscription { supervisionFeed(within: "${REGION}") { cursor } }`);
  await expect(feed.next()).rejects.toMatchObject([{ extensions: { code: 'OPERATION_NOT_ALLOWED' } }]);
});

test('the metrics tell how many sockets are open', async () => {
  const text = await (await fetch(`${house.address}/metrics`)).text();
  expect(text).toMatch(/^duban_open_sockets [1-9]/m);
});
