import { v5 as derivedId } from 'uuid';
import { pathOf } from '../auth/scope.js';

/** Ids of regions as what a fact or an alert is about, made from their codes, which are no ids. */
const IDS = '6f1d3c5e-7a3b-5c1d-9e2f-4b8a6d0c2e17';
export const regionSubject = (code: string): string => derivedId(code, IDS);

/** As people say it: 合胜村, not 合胜村委会; 文德社区, not 文德居委会. The official name stays the name. */
export const everydayName = (name: string): string =>
  name.replace(/村?村(民委员会|委会)$/, '村').replace(/(社区)?居(民委员会|委会)$/, '社区');

/**
 * A place in a sentence: village names are not unique, so a village is named with its township and a township with its
 * county. `nameOf` answers the official name of a code, if there is such a region.
 */
export function placeName(code: string, nameOf: (code: string) => string | undefined): string {
  const [, , ...below] = pathOf(code);
  const names = below.slice(-2).flatMap((each) => nameOf(each) ?? []);
  return names.length > 0 ? names.map(everydayName).join('') : (nameOf(code) ?? code);
}
