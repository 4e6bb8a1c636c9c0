import { pathOf } from '../../auth/scope.js';
import type { Role } from '../../auth/viewer.js';
import type { ListedRegion } from '../../regions/region.file.js';
import { everydayName } from '../../regions/region.rules.js';
import { reference } from '../reference.js';
import { Random } from './random.js';
import type { PoorVillage } from './villages.js';

/** An account: an office or a team, never a person. */
export interface AccountRow {
  id: string;
  username: string;
  name: string;
  role: Role;
  /** Where the role holds; null for inspectors, who hold it in the villages of an inspection, for its days. */
  regionCode: string | null;
  /** True for the contract's eleven demo accounts; the others answer for tasks and never sign in. */
  signsIn: boolean;
}

type Demo = readonly [username: string, name: string, role: Role, regionCode: string | null];
export const CITY = '341200000000';
const DEMO: readonly Demo[] = [
  ['city.leader', '阜阳市扶贫开发领导小组', 'LEADER', CITY],
  ['city.office', '阜阳市脱贫攻坚督查办公室', 'SUPERVISION_OFFICE', CITY],
  ['funan.office', '阜南县扶贫开发办公室', 'COUNTY_OFFICE', '341225000000'],
  ['longwang.town', '龙王乡扶贫工作站', 'TOWNSHIP_OFFICE', '341225206000'],
  ['lucheng.town', '鹿城镇扶贫工作站', 'TOWNSHIP_OFFICE', '341225120000'],
  ['hesheng.village', '合胜村驻村工作队', 'VILLAGE_TEAM', '341225206205'],
  ['liulou.village', '刘楼村驻村工作队', 'VILLAGE_TEAM', '341225120206'],
  ['inspector.one', '市督查一组', 'INSPECTOR', null],
  ['auditor', '阜阳市审计局', 'AUDITOR', CITY],
  ['admin', '系统管理', 'ADMIN', CITY],
  ['wall.screen', '指挥中心大屏', 'SCREEN', CITY],
];
/** Who signs in with the demo password. */
export const DEMO_USERNAMES: readonly string[] = DEMO.map(([username]) => username);
const INSPECTOR_TEAMS: readonly Demo[] = [
  ['inspector.two', '市督查二组', 'INSPECTOR', null],
  ['inspector.three', '市督查三组', 'INSPECTOR', null],
  ['inspector.four', '市督查四组', 'INSPECTOR', null],
];
/** Version 7 ids need a time; accounts are older than everything they do. */
const OPENED_AT = new Date('2016-01-04T09:00:00+08:00');

/** The contract's demo accounts and, for every planned village, its township and its county, who answers there. */
export function drawAccounts(
  planned: readonly PoorVillage[],
  regions: readonly ListedRegion[],
  seed: string,
): AccountRow[] {
  const random = new Random(seed).stream('accounts');
  const toRow = ([username, name, role, regionCode]: Demo, signsIn: boolean): AccountRow => ({
    id: random.stream(username).uuid(OPENED_AT),
    username,
    name,
    role,
    regionCode,
    signsIn,
  });
  const taken = new Set(DEMO.map(([, , role, regionCode]) => `${role} ${regionCode}`));
  const offices = responsibleOffices(planned, regions).filter(
    ([, , role, regionCode]) => !taken.has(`${role} ${regionCode}`),
  );
  return [
    ...DEMO.map((demo) => toRow(demo, true)),
    ...[...INSPECTOR_TEAMS, ...offices].map((office) => toRow(office, false)),
  ];
}

function responsibleOffices(planned: readonly PoorVillage[], regions: readonly ListedRegion[]): Demo[] {
  const names = new Map(regions.map(({ code, name }) => [code, name]));
  const codes = new Set(planned.flatMap(({ regionCode }) => pathOf(regionCode)));
  for (const { code } of reference().designations.counties) codes.add(code);
  return [...codes].sort().flatMap((code): Demo[] => {
    const name = everydayName(names.get(code) ?? code);
    if (!code.endsWith('000')) return [[`team.${code}`, `${name}驻村工作队`, 'VILLAGE_TEAM', code]];
    if (!code.endsWith('000000')) return [[`office.${code}`, `${name}扶贫工作站`, 'TOWNSHIP_OFFICE', code]];
    if (!code.endsWith('00000000'))
      return [[`office.${code}`, `${name}扶贫开发办公室`, 'COUNTY_OFFICE', code]];
    return [];
  });
}

/** Who holds a role in a region; throws when nobody does, because then a generated move would have no author. */
export function officeFinder(
  accounts: readonly AccountRow[],
): (role: Role, regionCode: string) => AccountRow {
  const byPlace = new Map(accounts.map((account) => [`${account.role} ${account.regionCode}`, account]));
  return (role, regionCode) => {
    const found = byPlace.get(`${role} ${regionCode}`);
    if (!found) throw new Error(`Nobody is ${role} in ${regionCode}.`);
    return found;
  };
}
