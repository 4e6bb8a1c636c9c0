import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';

/** The file as it stands, not as our own loader reads it. */
const file = JSON.parse(
  readFileSync(new URL('../../data/exit-standards/village-2016.json', import.meta.url), 'utf8'),
);
interface FileItem {
  code: string;
  name: { zh: string; en: string };
  kind: string;
  comparator: string;
  threshold: { numerator: number; denominator: number } | { count: number } | { text: string };
  unit: string;
  requiredWhereApplicable: boolean;
  basis: string;
  toBeConfirmed: boolean;
  confirmedBy: { zh: string; en: string };
}
const items: FileItem[] = file.items;

const STANDARDS = `{ exitStandards { code targetLevel year jurisdictionCode zh: name en: name(locale: EN) source
  effectiveFrom effectiveTo
  items { code zh: name en: name(locale: EN) kind comparator threshold unit whereApplicable basis toBeConfirmed
    bureau bureauEn: bureau(locale: EN) } } }`;

/** Of the three of the year, those for villages. */
const villageStandards = async () =>
  (await village.data(STANDARDS)).exitStandards.filter(
    ({ targetLevel }: { targetLevel: string }) => targetLevel === 'VILLAGE',
  );

let house: House;
let village: Client;
beforeAll(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

test('the standard of the year is what its file says, in both languages, item by item and in order', async () => {
  expect(items).toHaveLength(18);
  const exitStandards = await villageStandards();
  expect(exitStandards).toEqual([
    {
      code: file.code,
      targetLevel: 'VILLAGE',
      year: 2016,
      jurisdictionCode: '340000000000',
      zh: file.name.zh,
      en: file.name.en,
      source: file.source,
      effectiveFrom: '2016-09-17',
      effectiveTo: null,
      items: items.map((item) => ({
        code: item.code,
        zh: item.name.zh,
        en: item.name.en,
        kind: item.kind,
        comparator: item.comparator,
        threshold: expect.any(String),
        unit: item.unit,
        whereApplicable: item.requiredWhereApplicable,
        basis: item.basis,
        toBeConfirmed: item.toBeConfirmed,
        bureau: item.confirmedBy.zh,
        bureauEn: item.confirmedBy.en,
      })),
    },
  ]);
});

test('a threshold stands as in the source: a rate unreduced, a count, or words', async () => {
  const exitStandards = await villageStandards();
  const shown = exitStandards[0].items.map(({ threshold }: { threshold: string }) => threshold);
  const parts = shown.map((text: string) =>
    text.split('/').map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  );
  expect(parts).toEqual(items.map(({ threshold }) => Object.values(threshold)));
  expect(shown[0]).toBe('2/100');
  expect(exitStandards[0].items[0]).toMatchObject({
    code: 'V01',
    kind: 'VETO',
    comparator: 'LT',
    toBeConfirmed: false,
  });
});

test('the rows hold the file, thresholds as they are', async () => {
  const rows = await house.sql(
    `select item.* from standard_item item join exit_standard standard on standard.id = standard_id
     where standard.code = $1 order by position`,
    [file.code],
  );
  expect(rows.map((row) => [row.position, row.code, row.threshold, row.to_be_confirmed])).toEqual(
    items.map((item, index) => [index + 1, item.code, item.threshold, item.toBeConfirmed]),
  );
});

test('a newer standard comes first, and each keeps its own items in its own order', async () => {
  await house.sql(
    `insert into exit_standard (id, code, target_level, year, jurisdiction_code, name_zh, name_en, source,
       effective_from, effective_to, edition, status)
     values ('00000000-0000-7000-8000-000000000001', 'NEXT', 'VILLAGE', 2017, '340000000000', '县', 'county', 'a test',
       '2017-01-01', '2017-12-31', 1, 'ADOPTED')`,
  );
  await house.sql(
    `insert into standard_item (id, standard_id, code, position, name_zh, name_en, kind, where_applicable, comparator,
       threshold, unit, basis, to_be_confirmed, bureau_zh, bureau_en, measure, evidence)
     select gen_random_uuid(), '00000000-0000-7000-8000-000000000001', item.code, 20 - position, item.name_zh,
       item.name_en, kind, where_applicable, comparator, threshold, unit, basis, to_be_confirmed, bureau_zh, bureau_en,
       measure, evidence
     from standard_item item join exit_standard standard on standard.id = standard_id
     where position <= 3 and standard.code = $1`,
    [file.code],
  );
  const exitStandards = await villageStandards();
  expect(exitStandards.map(({ code }: { code: string }) => code)).toEqual(['NEXT', file.code]);
  expect(exitStandards[0]).toMatchObject({ effectiveTo: '2017-12-31' });
  expect(exitStandards[0].items.map(({ code }: { code: string }) => code)).toEqual(['V03', 'V02', 'V01']);
  expect(exitStandards[1].items).toHaveLength(18);
});

test('it is read by whoever is signed in, and by nobody else', async () => {
  const screen = await house.signIn('wall.screen');
  expect((await screen.data('{ exitStandards { code } }')).exitStandards.length).toBeGreaterThan(0);
  expect(await house.client().refusal(STANDARDS)).toMatchObject({ code: 'UNAUTHENTICATED' });
});
