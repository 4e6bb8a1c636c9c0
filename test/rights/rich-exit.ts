import { family, move, OBJECT, open, post } from '../exits/cases.js';
import type { House } from '../helpers/house.js';

/** A family of the village whose exit hangs, with an objection to it. */
export async function openRichExit(house: House): Promise<void> {
  const team = await house.signIn('hesheng.village');
  const exit = await open(team, await family(house, team));
  await move(house, team, exit.id, 'VERIFIED');
  await move(house, team, exit.id, 'AGREED', '户主已签字确认');
  await post(house, team, [exit.id]);
  await team.data(OBJECT, { input: { exitId: exit.id, text: '家中另有住房，请核实' } });
}
