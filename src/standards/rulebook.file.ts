import { z } from 'zod';
import { isRegionCode } from '../auth/scope.js';
import { Refusal } from '../errors.js';
import {
  isMeasure,
  type MeasureCode,
  type MeasureKind,
  measureOf,
  STANDARD_TARGETS,
} from './measure.rules.js';
import { COMPARATORS, type Comparator, ITEM_KINDS, NOTICE_UNITS } from './standard.entity.js';

// A standard as a file: docs/rulebook-format.md. What it asks is checked here once, so that everything behind may rely
// on it: a measure that there is, a comparator and a threshold that fit it, and a bar that somebody can pass.

const text = z.string().trim().min(1).max(500);
const bilingual = z.strictObject({ zh: text, en: text });
const whole = z.int().min(0).max(1_000_000_000_000);

const threshold = z.union([
  z.strictObject({ numerator: whole, denominator: whole.min(1) }),
  z.strictObject({ count: whole }),
  z.strictObject({ text }),
]);

const item = z.strictObject({
  code: z.string().regex(/^[A-Z]\d\d$/, 'a letter and two digits'),
  name: bilingual,
  kind: z.enum(ITEM_KINDS),
  measure: z.string(),
  points: z.int().min(1).max(1000).optional(),
  comparator: z.string(),
  threshold,
  unit: text,
  requiredWhereApplicable: z.boolean(),
  basis: text,
  toBeConfirmed: z.boolean(),
  confirmedBy: bilingual,
  evidence: z
    .array(z.string().regex(/^[A-Z][A-Z_]{0,39}$/, 'a word in capitals'))
    .min(1)
    .max(10),
});
export type RulebookItem = z.infer<typeof item> & { comparator: Comparator; measure: MeasureCode };

const rulebook = z.strictObject({
  origin: text,
  code: z.string().regex(/^[A-Z][A-Z0-9-]{2,39}$/, '3 to 40 capitals, digits and dashes'),
  edition: z.int().min(1).max(999),
  target: z.enum(STANDARD_TARGETS),
  year: z.int().min(2014).max(2100),
  jurisdiction: z.string().refine(isRegionCode, 'exactly 12 digits'),
  name: bilingual,
  source: text,
  effectiveFrom: z.iso.date(),
  effectiveTo: z.iso.date().optional(),
  publicNotice: z.strictObject({ amount: z.int().min(1).max(60), unit: z.enum(NOTICE_UNITS) }).optional(),
  passPoints: z.int().min(1).max(100_000).optional(),
  items: z.array(item).min(1).max(100),
});
export type Rulebook = Omit<z.infer<typeof rulebook>, 'items'> & { items: RulebookItem[] };

/** @throws INVALID_RULEBOOK with the place (`path`) and the reason */
export function refuseRulebook(path: string, reason: string): never {
  throw new Refusal('INVALID_RULEBOOK', path === '' ? reason : `${path}: ${reason}`, { path });
}

/** Reads and checks a file. @throws INVALID_RULEBOOK with the place (`path`) of the first mistake */
export function readRulebook(file: string): Rulebook {
  const parsed = rulebook.safeParse(parse(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuseRulebook(placeOf(issue?.path ?? []), issue?.message ?? 'unreadable');
  }
  const book = parsed.data as Rulebook;
  if (book.effectiveTo !== undefined && book.effectiveTo < book.effectiveFrom)
    refuseRulebook('effectiveTo', 'it ends before it begins');
  for (const [index, each] of book.items.entries()) checkItem(book, each, index);
  checkPoints(book);
  return book;
}

function parse(file: string): unknown {
  try {
    return JSON.parse(file);
  } catch (fault) {
    return refuseRulebook('', `no JSON: ${(fault as Error).message}`);
  }
}

/** `items[3].threshold.count` */
const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((place, step) => {
    if (typeof step === 'number') return `${place}[${step}]`;
    return place === '' ? String(step) : `${place}.${String(step)}`;
  }, '');

const COMPARATORS_OF: Record<MeasureKind, readonly Comparator[]> = {
  RATIO: ['LT', 'LE', 'GE', 'GT'],
  COUNT: ['LT', 'LE', 'GE', 'GT'],
  YES_NO: ['HOLDS'],
};

function checkItem({ target, items }: Rulebook, each: RulebookItem, index: number): void {
  const at = `items[${index}]`;
  if (items.findIndex(({ code }) => code === each.code) < index)
    refuseRulebook(`${at}.code`, `${each.code} is there twice`);
  if (!isMeasure(each.measure)) refuseRulebook(`${at}.measure`, `nothing measures ${each.measure}`);
  const measure = measureOf(each.measure);
  if (measure.target !== target)
    refuseRulebook(`${at}.measure`, `${each.measure} is no measure of a ${target}`);
  if (!(COMPARATORS as readonly string[]).includes(each.comparator))
    refuseRulebook(`${at}.comparator`, `${each.comparator} compares nothing`);
  const fitting = COMPARATORS_OF[measure.kind];
  if (!fitting.includes(each.comparator))
    refuseRulebook(`${at}.comparator`, `a ${measure.kind} is compared by ${fitting.join(', ')}`);
  checkThreshold(measure.kind, each, at);
}

const FORM: Record<MeasureKind, string> = {
  RATIO: 'numerator',
  COUNT: 'count',
  YES_NO: 'text',
};

function checkThreshold(kind: MeasureKind, each: RulebookItem, at: string): void {
  if (!(FORM[kind] in each.threshold))
    refuseRulebook(`${at}.threshold`, `the threshold of a ${kind} has a ${FORM[kind]}`);
  if (!canPass(each)) refuseRulebook(`${at}.threshold`, 'nothing can ever pass it');
}

/** Counts begin at none, shares end at the whole. */
function canPass({ measure, comparator, threshold: asked }: RulebookItem): boolean {
  if ('text' in asked) return true;
  const [numerator, denominator] =
    'count' in asked ? [asked.count, null] : [asked.numerator, asked.denominator];
  if (comparator === 'LT') return numerator > 0;
  if (denominator === null) return true;
  // An income may be many times the line; every other share ends at the whole.
  if (measure === 'HOUSEHOLD_NET_INCOME') return true;
  if (comparator === 'GT') return numerator < denominator;
  return comparator === 'LE' || numerator <= denominator;
}

function checkPoints({ passPoints, items }: Rulebook): void {
  const without = items.findIndex(({ points }) => points !== undefined);
  if (passPoints === undefined) {
    if (without >= 0)
      refuseRulebook(`items[${without}].points`, 'points count for nothing without passPoints');
    return;
  }
  const all = items.reduce((sum, { points }) => sum + (points ?? 0), 0);
  if (all < passPoints) refuseRulebook('passPoints', `all items together have only ${all}`);
}
