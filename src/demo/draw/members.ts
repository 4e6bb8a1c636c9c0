import type {
  Health,
  HouseholdCategory,
  Labour,
  MemberRelation,
  PovertyCause,
} from '../../households/household.entity.js';
import { reference } from '../reference.js';
import { givenName, idNumber, phoneNumber, type Sex, surname } from './people.js';
import type { Random } from './random.js';

/** One member of a synthetic household. The birth year is likely; the one in the ID number is impossible on purpose. */
export interface MemberDraft {
  id: string;
  name: string;
  relation: MemberRelation;
  idNumber: string;
  birthYear: number;
  sex: Sex;
  health: Health;
  labour: Labour;
  /** Children and the very old have none. */
  phone: string | null;
}

/** What a family has to fit. */
export interface FamilyPlan {
  size: number;
  category: HouseholdCategory;
  cause: PovertyCause;
  county: string;
  /** The ID number serial of the first member; the others take the following ones. */
  firstSerial: number;
  /** The instant in the members' ids. */
  at: Date;
}

interface Person {
  relation: MemberRelation;
  age: number;
  sex: Sex;
  surname: string;
  health: Health;
}

/** Ages are those of the campaign's year. */
const YEAR = 2016;
const OLDEST = 97;
const flip = (sex: Sex): Sex => (sex === 'MALE' ? 'FEMALE' : 'MALE');
const anySex = (random: Random): Sex => (random.chance(0.5) ? 'MALE' : 'FEMALE');

/** The members of one family, the head first, such that the main cause of poverty can be seen in them. */
export function drawFamily(plan: FamilyPlan, random: Random): MemberDraft[] {
  const people = [drawHead(plan, random)];
  while (people.length < plan.size) people.push(drawRelative(plan, people, random));
  for (const person of people) person.health = drawHealth(person.age, random);
  showCause(plan.cause, people, random);
  return people.map((person, i) => ({
    id: random.uuid(plan.at),
    name: person.surname + givenName(random),
    relation: person.relation,
    idNumber: idNumber(plan.firstSerial + i, plan.county, person.sex),
    birthYear: YEAR - person.age,
    sex: person.sex,
    health: person.health,
    labour: drawLabour(person, plan, random),
    phone: hasPhone(person) ? phoneNumber(plan.firstSerial + i) : null,
  }));
}

function drawHead(plan: FamilyPlan, random: Random): Person {
  const sex: Sex = random.chance(0.82) ? 'MALE' : 'FEMALE';
  const age = headAge(plan, random);
  return { relation: 'HEAD', age, sex, surname: surname(random), health: 'HEALTHY' };
}

function headAge({ category, cause, size }: FamilyPlan, random: Random): number {
  if (category === 'FIVE_GUARANTEE') return random.int(62, 86);
  if (cause === 'SCHOOLING') return random.int(34, 54);
  return size <= 2 ? random.int(38, 82) : random.int(32, 68);
}

function drawRelative(plan: FamilyPlan, people: readonly Person[], random: Random): Person {
  const head = people[0] as Person;
  const relation = plan.category === 'FIVE_GUARANTEE' ? 'OTHER' : nextRelation(plan, people, random);
  const own = { relation, health: 'HEALTHY' as const, surname: head.surname };
  const older = (years: number): number => Math.min(head.age + years, OLDEST);
  switch (relation) {
    case 'SPOUSE': {
      const age = Math.max(22, older(random.int(-5, 4)));
      return { ...own, age, sex: flip(head.sex), surname: surname(random) };
    }
    case 'CHILD':
      return { ...own, age: childAge(plan, head, random), sex: anySex(random) };
    case 'CHILD_IN_LAW': {
      const child = people.find(isGrownChild) as Person;
      const age = Math.max(22, child.age + random.int(-3, 3));
      return { ...own, age, sex: flip(child.sex), surname: surname(random) };
    }
    case 'GRANDCHILD':
      return { ...own, age: random.int(0, Math.min(20, head.age - 44)), sex: anySex(random) };
    case 'PARENT':
      return { ...own, age: older(random.int(20, 32)), sex: anySex(random) };
    default:
      return { ...own, age: older(random.int(-8, 8)), sex: anySex(random), surname: surname(random) };
  }
}

/** Families are filled from their core outwards; a relation comes up only while the ages allow it. */
function nextRelation(plan: FamilyPlan, people: readonly Person[], random: Random): MemberRelation {
  const head = people[0] as Person;
  const has = (relation: MemberRelation): number =>
    people.filter((person) => person.relation === relation).length;
  if (plan.cause === 'SCHOOLING' && has('CHILD') === 0) return 'CHILD';
  if (has('SPOUSE') === 0 && random.chance(people.length === 1 ? 0.7 : 0.5)) return 'SPOUSE';
  const open: MemberRelation[] = [];
  if (has('CHILD') < 3 && head.age <= 75) open.push('CHILD', 'CHILD');
  if (has('PARENT') < 2 && head.age <= 66) open.push('PARENT');
  if (has('CHILD_IN_LAW') === 0 && people.some(isGrownChild)) open.push('CHILD_IN_LAW');
  if (has('GRANDCHILD') < 2 && head.age >= 50) open.push('GRANDCHILD');
  return open.length > 0 ? random.pick(open) : 'OTHER';
}

const isGrownChild = ({ relation, age }: Person): boolean => relation === 'CHILD' && age >= 24;

/** Parents are 21 to 40 years older; a child whose schooling makes the family poor is at school. */
function childAge({ cause }: FamilyPlan, head: Person, random: Random): number {
  const youngest = Math.max(0, head.age - 40);
  const oldest = head.age - 21;
  if (cause === 'SCHOOLING') return random.int(Math.max(youngest, 7), Math.min(oldest, 22));
  return random.int(youngest, oldest);
}

function drawHealth(age: number, random: Random): Health {
  const { UNDER_16, WORKING_AGE, OVER_60 } = reference().assumptions.health.value;
  return random.weighted(age < 16 ? UNDER_16 : age <= 60 ? WORKING_AGE : OVER_60);
}

function showCause(cause: PovertyCause, people: Person[], random: Random): void {
  if (cause !== 'ILLNESS' && cause !== 'DISABILITY') return;
  const fits = (person: Person): boolean =>
    cause === 'DISABILITY'
      ? person.health === 'DISABLED'
      : person.health === 'SERIOUS' || person.health === 'CHRONIC';
  if (people.some(fits)) return;
  random.pick(people).health = cause === 'DISABILITY' ? 'DISABLED' : random.pick(['SERIOUS', 'CHRONIC']);
}

const hasPhone = ({ age }: Person): boolean => age >= 16 && age <= 80;

/** Five-guarantee households have nobody who can work: that is what makes them so. */
function drawLabour(person: Person, plan: FamilyPlan, random: Random): Labour {
  if (person.age < 16 || person.age >= 65) return 'NONE';
  if (plan.category === 'FIVE_GUARANTEE') return 'LOST';
  if (plan.cause === 'LACK_OF_LABOUR' && person.relation === 'HEAD') return 'LOST';
  return random.weighted(reference().assumptions.labour.value[person.health]);
}
