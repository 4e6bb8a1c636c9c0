import { WallHouseholdsDocument, type WallHouseholdsQuery } from '../../../../schema/generated/documents.js';
import { usePages } from '../data/pages.js';
import { useLanguage } from '../words/language.js';
import { type Column, List } from './list.js';
import { PlaceLink, type RowsProps } from './parts.js';

type Household = WallHouseholdsQuery['households']['edges'][number]['node'];

const LIFTED: Household['status'][] = ['LIFTED_WITH_POLICY', 'LIFTED_WITHOUT_POLICY'];
/** A cancelled household is in no plan. */
const IN_PLAN: Household['status'][] = ['CANDIDATE', 'NOT_LIFTED', 'PRE_EXIT', 'RELAPSED', ...LIFTED];

/** The registered households of a region, without names: a wall is read by whoever passes. */
export function Households({ region, filter, moved }: RowsProps) {
  const { words, place, number } = useLanguage();
  const planned = !/^\d{4}$/.test(filter.plan ?? '')
    ? undefined
    : { plannedExitYear: [Number(filter.plan)], status: IN_PLAN };
  const asked = filter.status === 'LIFTED' ? { ...planned, status: LIFTED } : planned;
  const pages = usePages(
    WallHouseholdsDocument,
    { within: region, filter: asked },
    ({ households }) => households,
    moved,
  );
  // It is the kind of list that is not for everybody, not the region.
  const fault = pages.fault?.code === 'FORBIDDEN' ? { code: 'noPersonalData' } : pages.fault;
  const columns: Column<Household>[] = [
    { title: words.list.number, cell: ({ registerNumber }) => registerNumber },
    {
      title: words.list.region,
      cell: (household) => <PlaceLink region={household.region}>{place(household.region)}</PlaceLink>,
    },
    { title: words.list.status, cell: ({ status }) => words.householdStatus[status] },
    { title: words.list.plan, cell: ({ plannedExitYear }) => plannedExitYear ?? '–' },
    { title: words.list.cause, cell: ({ mainCause }) => words.cause[mainCause] },
    { title: words.list.members, cell: ({ memberCount }) => number(memberCount) },
  ];
  return <List pages={{ ...pages, fault }} columns={columns} keyOf={({ id }) => id} />;
}
