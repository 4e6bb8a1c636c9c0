import { describe, expect, test } from '@jest/globals';
import { readRegionList } from '../../src/demo/reference.js';
import { isDevelopmentZone, RegionFileError, readRegionFile } from '../../src/regions/region.file.js';

const HEADER = 'code,name,level,parent_code';
const PLACES = ['340000000000,安徽省,PROVINCE,', '341200000000,阜阳市,PREFECTURE,340000000000'];
const file = (...lines: string[]): string => [HEADER, ...lines].join('\n');

function mistakesIn(text: string): readonly string[] {
  try {
    readRegionFile(text);
  } catch (error) {
    if (error instanceof RegionFileError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('a good region file', () => {
  test('the official list loads, parents first', () => {
    const rows = readRegionFile(readRegionList());
    expect(rows).toHaveLength(2156);
    const seen = new Set<string>();
    for (const { code, parentCode } of rows) {
      if (parentCode !== null) expect(seen).toContain(parentCode);
      seen.add(code);
    }
    expect(rows.filter(({ parentCode }) => parentCode === null).map(({ code }) => code)).toEqual([
      '340000000000',
    ]);
  });

  test('children may come before parents in the file', () => {
    const rows = readRegionFile(file(...[...PLACES].reverse()));
    expect(rows.map(({ code }) => code)).toEqual(['340000000000', '341200000000']);
    expect(rows[1]).toEqual({
      code: '341200000000',
      name: '阜阳市',
      level: 'PREFECTURE',
      parentCode: '340000000000',
    });
  });

  test('a byte order mark, CRLF, quoted fields, blank last lines', () => {
    const text = `\uFEFF${[HEADER, '"340000000000","安徽省",PROVINCE,""', '', ''].join('\r\n')}`;
    expect(readRegionFile(text)).toEqual([
      { code: '340000000000', name: '安徽省', level: 'PROVINCE', parentCode: null },
    ]);
  });

  test('uneven: a prefecture without counties has townships directly under it', () => {
    const rows = readRegionFile(
      file(
        '440000000000,甲省,PROVINCE,',
        '441900000000,乙市,PREFECTURE,440000000000',
        '441900003000,丙街道,TOWNSHIP,441900000000',
        '441900003001,丁社区居委会,VILLAGE,441900003000',
        '441900121000,戊镇,TOWNSHIP,441900000000',
      ),
    );
    expect(rows.map(({ level }) => level)).toEqual([
      'PROVINCE',
      'PREFECTURE',
      'TOWNSHIP',
      'VILLAGE',
      'TOWNSHIP',
    ]);
  });

  test('uneven: a list may leave a level out', () => {
    const rows = readRegionFile(file(...PLACES, '341225206205,合胜村委会,VILLAGE,341200000000'));
    expect(rows.at(-1)?.parentCode).toBe('341200000000');
  });
});

describe('a bad region file', () => {
  const county = '341225000000,阜南县,COUNTY,341200000000';
  const cases: [what: string, line: string, mistake: RegExp][] = [
    ['a short code', '3412,阜南县,COUNTY,341200000000', /^line 5: code "3412" is not 12 digits/],
    ['full-width digits', '３４１２２６000000,颍上县,COUNTY,341200000000', /is not 12 digits/],
    ['no province', '000000000000,某省,PROVINCE,', /has no province/],
    ['an unknown level', '341226000000,颍上县,DISTRICT,341200000000', /^line 5: level "DISTRICT" is none of/],
    ['an empty level', '341226000000,颍上县,,341200000000', /level "" is none of/],
    [
      'a level that the code denies',
      '341226000000,颍上县,TOWNSHIP,341200000000',
      /is a COUNTY, not a TOWNSHIP/,
    ],
    [
      'an unknown parent',
      '341226000000,颍上县,COUNTY,350000000000',
      /parent 350000000000 is not in the file/,
    ],
    ['a malformed parent', '341226000000,颍上县,COUNTY,阜阳市', /parent "阜阳市" is not 12 digits/],
    ['its own parent', '341226000000,颍上县,COUNTY,341226000000', /does not lie inside/],
    ['a parent beside it', '341226101000,甲镇,TOWNSHIP,341225000000', /does not lie inside 341225000000/],
    [
      'a parent too far above',
      '341225101000,甲镇,TOWNSHIP,341200000000',
      /is not the nearest: 341225000000 is/,
    ],
    ['no parent where there is one', '341226000000,颍上县,COUNTY,', /has no parent, but 341200000000/],
    ['a code twice', '341225000000,阜南县,COUNTY,341200000000', /^line 5: 341225000000 is already on line 4/],
    ['an empty name', '341226000000,,COUNTY,341200000000', /name is empty/],
    ['a blank name', '341226000000,  ,COUNTY,341200000000', /name is empty/],
    ['a name with space around', '341226000000, 颍上县,COUNTY,341200000000', /begins or ends with a space/],
    ['a zero-width space', '341226000000,颍\u200B上县,COUNTY,341200000000', /invisible character U\+200B/],
    ['a direction override', '341226000000,\u202E颍上县,COUNTY,341200000000', /U\+202E/],
    ['a direction isolate', '341226000000,颍上县\u2066,COUNTY,341200000000', /U\+2066/],
    ['a byte order mark inside', '341226000000,颍上\uFEFF县,COUNTY,341200000000', /U\+FEFF/],
    ['an ideographic space', '341226000000,颍上\u3000县,COUNTY,341200000000', /U\+3000/],
    ['a line break in a name', '341226000000,"颍上\n县",COUNTY,341200000000', /U\+000A/],
    ['a filler that looks empty', '341226000000,\u3164,COUNTY,341200000000', /U\+3164/],
    ['too few fields', '341226000000,颍上县', /^line 5: 2 fields instead of 4/],
    ['too many fields', '341226000000,颍上县,COUNTY,341200000000,1', /^line 5: 5 fields instead of 4/],
  ];

  test.each(cases)('%s', (_what, line, mistake) => {
    const mistakes = mistakesIn(file(...PLACES, county, line));
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(mistake);
  });

  test('all mistakes are told at once, in the order of their lines', () => {
    const mistakes = mistakesIn(file('34,安徽省,PROVINCE,', ...PLACES, '341225000000,,TOWN,341200000000'));
    expect(mistakes.map((mistake) => mistake.slice(0, 7))).toEqual(['line 2:', 'line 5:', 'line 5:']);
  });

  test('lines are counted with blank ones and with CRLF', () => {
    const text = [HEADER, '', ...PLACES, '', '12,甲,COUNTY,341200000000'].join('\r\n');
    expect(mistakesIn(text)).toEqual(['line 6: code "12" is not 12 digits']);
  });

  test.each([
    ['an empty file', '', /^line 1: the header must be/],
    ['no header', PLACES.join('\n'), /^line 1: the header must be/],
    ['other columns', 'id,name\n1,a', /^line 1: the header must be/],
    ['a header and nothing else', HEADER, /^line 1: the header is followed by no region/],
    ['a quote that never closes', file('"340000000000,安徽省,PROVINCE,'), /^line \d+: Quote Not Closed/],
  ])('%s', (_what, text, mistake) => {
    const mistakes = mistakesIn(text);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(mistake);
  });

  test('a very long list of mistakes is cut in the message, not in the list', () => {
    const error = new RegionFileError(Array.from({ length: 25 }, (_, i) => `line ${i}: x`));
    expect(error.mistakes).toHaveLength(25);
    expect(error.message.split('\n')).toHaveLength(21);
    expect(error.message).toMatch(/and 5 more$/);
  });
});

test('development zones are county-level units outside GB/T 2260', () => {
  const zones = readRegionFile(readRegionList()).filter(({ code }) => isDevelopmentZone(code));
  expect(zones.map(({ code }) => code)).toEqual(['341271000000', '341272000000']);
  expect(isDevelopmentZone('341225000000')).toBe(false);
  expect(isDevelopmentZone('341282000000')).toBe(false);
  expect(isDevelopmentZone('341271001000')).toBe(false);
  expect(isDevelopmentZone('341200000000')).toBe(false);
});
