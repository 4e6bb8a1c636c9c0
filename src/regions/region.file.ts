import { CsvError, parse } from 'csv-parse/sync';
import { isInside, isRegionCode, levelOf, pathOf } from '../auth/scope.js';
import { REGION_LEVELS, type RegionLevel } from './region.entity.js';

/** One region as the file gives it, checked. */
export interface ListedRegion {
  code: string;
  name: string;
  level: RegionLevel;
  parentCode: string | null;
}

const COLUMNS = ['code', 'name', 'level', 'parent_code'] as const;
const SHOWN_MISTAKES = 20;

/** A region file that cannot be loaded, with every mistake found in it, each with its line. */
export class RegionFileError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    const more = mistakes.length - SHOWN_MISTAKES;
    const shown = mistakes.slice(0, SHOWN_MISTAKES).join('\n');
    super(more > 0 ? `${shown}\nand ${more} more` : shown);
    this.name = 'RegionFileError';
  }
}

interface Line {
  record: string[];
  line: number;
}
interface Draft {
  line: number;
  code: string;
  name: string;
  level: string;
  parentCode: string;
}

/**
 * Reads `code,name,level,parent_code` and answers the rows parents first, or throws one RegionFileError with all
 * mistakes. Uneven trees load: the parent is the nearest region above that the file defines, whatever its level.
 */
export function readRegionFile(text: string): ListedRegion[] {
  const mistakes: string[] = [];
  const drafts = readDrafts(text, mistakes);
  const firstLine = new Map<string, number>();
  for (const draft of drafts) {
    const earlier = firstLine.get(draft.code);
    if (earlier === undefined) firstLine.set(draft.code, draft.line);
    for (const mistake of mistakesOf(draft)) mistakes.push(`line ${draft.line}: ${mistake}`);
    if (earlier !== undefined)
      mistakes.push(`line ${draft.line}: ${draft.code} is already on line ${earlier}`);
  }
  for (const draft of drafts) {
    const mistake = parentMistake(draft, firstLine);
    if (mistake) mistakes.push(`line ${draft.line}: ${mistake}`);
  }
  if (mistakes.length > 0) throw new RegionFileError(mistakes.sort(byLine));
  return drafts.map(toRow).sort((a, b) => (a.code < b.code ? -1 : 1));
}

/**
 * True for a county-level unit that is no county: a development zone or park to which the statistical list gives
 * a code of its own outside GB/T 2260, numbered 71 to 79 within its prefecture (341271, 341272). In the national list
 * all 124 units with these numbers are such, and no other is. They are listed, never ranked. Only the unit itself,
 * not what lies in it.
 */
export const isDevelopmentZone = (code: string): boolean => /^\d{4}7[1-9]0{6}$/.test(code);

function readDrafts(text: string, mistakes: string[]): Draft[] {
  const lines = readLines(text, mistakes);
  const header = lines.shift();
  if (header?.record.join() !== COLUMNS.join()) {
    if (mistakes.length === 0)
      mistakes.push(`line ${header?.line ?? 1}: the header must be ${COLUMNS.join()}`);
    return [];
  }
  if (lines.length === 0) mistakes.push(`line ${header.line}: the header is followed by no region`);
  return lines.flatMap(({ record, line }) => {
    if (record.length !== COLUMNS.length) {
      mistakes.push(`line ${line}: ${record.length} fields instead of ${COLUMNS.length}`);
      return [];
    }
    const [code = '', name = '', level = '', parentCode = ''] = record;
    return [{ line, code, name, level, parentCode }];
  });
}

function readLines(text: string, mistakes: string[]): Line[] {
  try {
    const records = parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    mistakes.push(`line ${Number(error.lines)}: ${error.message}`);
    return [];
  }
}

function mistakesOf(draft: Draft): string[] {
  const mistakes: string[] = [];
  const { code, name, level, parentCode } = draft;
  const known = (REGION_LEVELS as readonly string[]).includes(level);
  if (!isRegionCode(code)) mistakes.push(`code ${shown(code)} is not 12 digits`);
  else if (code.startsWith('00')) mistakes.push(`code ${code} has no province`);
  else if (known && levelOf(code) !== level)
    mistakes.push(`code ${code} is a ${levelOf(code)}, not a ${level}`);
  if (!known) mistakes.push(`level ${shown(level)} is none of ${REGION_LEVELS.join(', ')}`);
  if (parentCode !== '' && !isRegionCode(parentCode))
    mistakes.push(`parent ${shown(parentCode)} is not 12 digits`);
  const nameMistake = mistakeOfName(name);
  if (nameMistake) mistakes.push(nameMistake);
  return mistakes;
}

/** Characters nobody sees (controls, zero width, direction marks, odd blanks) make two equal names differ. */
function mistakeOfName(name: string): string | null {
  const hidden = name.match(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u)?.[0];
  if (hidden !== undefined) {
    const point = hidden.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    return `name holds the invisible character U+${point}`;
  }
  if (name.trim() === '') return 'name is empty';
  return name.trim() === name ? null : 'name begins or ends with a space';
}

function parentMistake(draft: Draft, firstLine: ReadonlyMap<string, number>): string | null {
  const { code, parentCode } = draft;
  if (!isRegionCode(code) || (parentCode !== '' && !isRegionCode(parentCode))) return null;
  const nearest = pathOf(code)
    .slice(0, -1)
    .findLast((above) => firstLine.has(above));
  if (parentCode === '') return nearest ? `${code} has no parent, but ${nearest} contains it` : null;
  if (!firstLine.has(parentCode)) return `parent ${parentCode} is not in the file`;
  if (parentCode === code || !isInside(code, parentCode)) return `${code} does not lie inside ${parentCode}`;
  return parentCode === nearest ? null : `parent ${parentCode} is not the nearest: ${nearest} is`;
}

const toRow = ({ code, name, level, parentCode }: Draft): ListedRegion => ({
  code,
  name,
  level: level as RegionLevel,
  parentCode: parentCode === '' ? null : parentCode,
});

const shown = (text: string): string => JSON.stringify(text.slice(0, 40));
const lineOf = (mistake: string): number => Number.parseInt(mistake.slice('line '.length), 10);
const byLine = (a: string, b: string): number => lineOf(a) - lineOf(b);
