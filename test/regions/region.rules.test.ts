import { expect, test } from '@jest/globals';
import { everydayName, placeName } from '../../src/regions/region.rules.js';

test('committees are called by the place they serve', () => {
  expect(everydayName('合胜村委会')).toBe('合胜村');
  expect(everydayName('龙伍新村村委会')).toBe('龙伍新村');
  expect(everydayName('甲村民委员会')).toBe('甲村');
  expect(everydayName('鼓楼社区居委会')).toBe('鼓楼社区');
  expect(everydayName('龙王乡')).toBe('龙王乡');
});

test('a village is named with its township, a township with its county, the rest alone', () => {
  const names: Record<string, string> = {
    '340000000000': '安徽省',
    '341200000000': '阜阳市',
    '341225000000': '阜南县',
    '341225206000': '龙王乡',
    '341225206205': '合胜村委会',
  };
  const place = (code: string) => placeName(code, (each) => names[each]);
  expect(place('341225206205')).toBe('龙王乡合胜村');
  expect(place('341225206000')).toBe('阜南县龙王乡');
  expect(place('341225000000')).toBe('阜南县');
  expect(place('341200000000')).toBe('阜阳市');
  expect(place('999999999999')).toBe('999999999999');
});

test('an uneven prefecture: a township directly under the city', () => {
  const names: Record<string, string> = {
    '441900000000': '东莞市',
    '441900003000': '东城街道',
    '441900003002': '岗贝社区居委会',
  };
  const place = (code: string) => placeName(code, (each) => names[each]);
  expect(place('441900003002')).toBe('东城街道岗贝社区');
  expect(place('441900003000')).toBe('东城街道');
});
