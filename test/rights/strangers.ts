import { randomUUID } from 'node:crypto';
import { type Client, type House, operation } from '../helpers/house.js';

export const CITY = '341200000000';
export const FUNAN = '341225000000';
/** The village whose things strangers look for, and one beside it in the same township. */
export const VILLAGE = '341225206205';
export const SIBLING = '341225206206';
export const OTHER_COUNTY = '341226000000';

interface Grant {
  readonly role: string;
  readonly region: string;
  readonly from?: string;
  readonly to?: string;
  readonly revoked?: string;
}

/** Somebody who walks: what they hold, and what of it is in force. */
export interface Visitor {
  readonly name: string;
  readonly accountId: string | null;
  readonly client: Client;
  /** The regions in which anything may be theirs. */
  readonly regions: readonly string[];
  /** False for roles without personal data. */
  readonly readsPersonal: boolean;
  /** False for those who must not know of an unannounced visit that is not in the field yet. */
  readonly isConfided: boolean;
  /** True for those to whom matters of discipline are referred. */
  readonly handlesReferrals: boolean;
}

/** A new account with the password of the demo ones, made from one of theirs, whatever columns an account has. */
async function openAccount(
  house: House,
  grants: readonly Grant[],
): Promise<{ id: string; username: string }> {
  const id = randomUUID();
  const username = `stranger.${id.slice(0, 8)}`;
  await house.sql(
    `insert into account select (jsonb_populate_record(a, jsonb_build_object('id', $1::text, 'username', $2::text))).*
     from account a where username = 'auditor'`,
    [id, username],
  );
  for (const { role, region, from, to, revoked } of grants) {
    await house.sql(
      `insert into role_grant (id, account_id, role, region_code, valid_from, valid_to, revoked_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [randomUUID(), id, role, region, from ?? '2016-01-04T00:00:00+08:00', to ?? null, revoked ?? null],
    );
  }
  return { id, username };
}

async function enter(
  house: House,
  name: string,
  grants: readonly Grant[],
  more: Partial<Pick<Visitor, 'regions' | 'readsPersonal' | 'isConfided' | 'handlesReferrals'>> = {},
): Promise<Visitor> {
  const { id, username } = await openAccount(house, grants);
  return {
    name,
    accountId: id,
    // Acts that ask for the second factor must not be refused for the want of it.
    client: await house.signIn(username, { secondFactor: true }),
    regions: grants.map(({ region }) => region),
    readsPersonal: true,
    isConfided: false,
    handlesReferrals: false,
    ...more,
  };
}

const officesIn = (region: string): Grant[] =>
  ['LEADER', 'SUPERVISION_OFFICE', 'COUNTY_OFFICE', 'DISCIPLINE_INSPECTOR', 'AUDITOR', 'ADMIN'].map(
    (role) => ({ role, region }),
  );

const YESTERDAY = '2016-12-07T00:00:00+08:00';
const TOMORROW = '2016-12-09T00:00:00+08:00';

/** Everybody who must find nothing of the village. */
export async function openStrangers(house: House): Promise<Visitor[]> {
  const office = { role: 'SUPERVISION_OFFICE', region: CITY };
  const none = { regions: [] };
  const gone = await enter(house, 'a session that has ended', [office], none);
  await gone.client.data(operation('logout'));
  return [
    await enter(house, 'the sibling village', [{ role: 'VILLAGE_TEAM', region: SIBLING }]),
    // Every right there is, but in another county: what is refused is refused for the place alone.
    await enter(house, 'the offices of another county', officesIn(OTHER_COUNTY), {
      isConfided: true,
      handlesReferrals: true,
    }),
    await enter(house, 'a grant that has ended', [{ ...office, to: YESTERDAY }], none),
    await enter(house, 'a grant that has not begun', [{ ...office, from: TOMORROW }], none),
    await enter(house, 'a grant that was revoked', [{ ...office, revoked: YESTERDAY }], none),
    gone,
    { ...gone, name: 'no token', accountId: null, client: house.client() },
  ];
}

/** Everybody who sees the village, but not everything of it. */
export async function openWrongRoles(house: House): Promise<Visitor[]> {
  const masked = { readsPersonal: false };
  return [
    await enter(house, 'a wall screen', [{ role: 'SCREEN', region: CITY }], masked),
    await enter(house, 'an administrator', [{ role: 'ADMIN', region: CITY }], masked),
    await enter(house, 'the inspected county', [{ role: 'COUNTY_OFFICE', region: FUNAN }]),
    await enter(house, 'an inspector of another visit', [{ role: 'INSPECTOR', region: VILLAGE }]),
  ];
}

/** Those who rightly find everything: without them nothing would show that there was anything to find. */
export async function openRightful(house: House): Promise<Visitor[]> {
  const whole = { regions: [CITY], isConfided: true };
  return [
    await enter(house, 'the supervision office', [{ role: 'SUPERVISION_OFFICE', region: CITY }], whole),
    await enter(house, 'the auditor', [{ role: 'AUDITOR', region: CITY }], whole),
    await enter(house, 'the discipline inspection', [{ role: 'DISCIPLINE_INSPECTOR', region: CITY }], {
      regions: [CITY],
      readsPersonal: false,
      handlesReferrals: true,
    }),
  ];
}
