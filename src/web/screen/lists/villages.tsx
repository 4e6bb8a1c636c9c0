import { WallVillagesDocument, type WallVillagesQuery } from '../../../../schema/generated/documents.js';
import { usePages } from '../data/pages.js';
import { useLanguage } from '../words/language.js';
import { type Column, List } from './list.js';
import { Leveled, only, PlaceLink, type RowsProps } from './parts.js';

type Village = WallVillagesQuery['benchmarkVillages']['edges'][number]['node'];

/** The villages of the year's plan. */
export function Villages({ region, filter, moved }: RowsProps) {
  const { words, place, number } = useLanguage();
  const { NONE: _, ...standings } = words.standing;
  const asked = { within: region, standing: only(filter.standing, standings) };
  const pages = usePages(WallVillagesDocument, asked, (data) => data.benchmarkVillages, moved);
  const columns: Column<Village>[] = [
    {
      title: words.level.VILLAGE,
      cell: (village) => <PlaceLink region={village.region}>{place(village.region)}</PlaceLink>,
    },
    { title: words.level.TOWNSHIP, cell: ({ region: { parent } }) => (parent ? place(parent) : '–') },
    {
      title: words.level.COUNTY,
      cell: ({ region: { parent } }) => (parent?.parent ? place(parent.parent) : '–'),
    },
    {
      title: words.list.standing,
      cell: ({ standing }) => (
        <Leveled level={standing ?? 'NONE'} word={words.standing[standing ?? 'NONE']} />
      ),
    },
    { title: words.list.progress, cell: ({ met, total }) => `${number(met)}/${number(total)}` },
    { title: words.schedule.OVERDUE, cell: ({ overdue }) => number(overdue) },
  ];
  return <List pages={pages} columns={columns} keyOf={(village) => village.region.code} />;
}
