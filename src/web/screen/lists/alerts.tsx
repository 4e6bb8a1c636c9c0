import { WallAlertsDocument, type WallAlertsQuery } from '../../../../schema/generated/documents.js';
import { usePages } from '../data/pages.js';
import { go } from '../route.js';
import { useLanguage } from '../words/language.js';
import { type Column, List } from './list.js';
import { Leveled, only, PlaceLink, type RowsProps } from './parts.js';

type Alert = WallAlertsQuery['alerts']['edges'][number]['node'];

/** Open and taken up: what the number counts. */
const UNRESOLVED: Alert['status'][] = ['OPEN', 'ACKNOWLEDGED'];

/** The alerts of a region whose cause still holds. */
export function Alerts({ region, filter, moved }: RowsProps) {
  const { words, place, dateTime } = useLanguage();
  const asked = { severity: only(filter.severity, words.severity), status: UNRESOLVED };
  const pages = usePages(
    WallAlertsDocument,
    { within: region, filter: asked },
    ({ alerts }) => alerts,
    moved,
  );
  const columns: Column<Alert>[] = [
    { title: words.list.title, cell: (alert) => <Headline alert={alert} region={region} /> },
    {
      title: words.list.severity,
      cell: ({ severity }) => <Leveled level={severity} word={words.severity[severity]} />,
    },
    {
      title: words.list.region,
      cell: (alert) => <PlaceLink region={alert.region}>{place(alert.region)}</PlaceLink>,
    },
    { title: words.list.status, cell: ({ status }) => words.alertStatus[status] },
    { title: words.list.since, cell: ({ openedAt }) => dateTime(openedAt) },
  ];
  return <List pages={pages} columns={columns} keyOf={({ id }) => id} />;
}

/** Leads to the task that it is about, if it is about one. */
function Headline({ alert, region }: { readonly alert: Alert; readonly region: string }) {
  const { pick } = useLanguage();
  const { type, id } = alert.subject;
  if (type !== 'TASK') return pick(alert);
  return (
    <button type="button" className="link" onClick={() => go({ region, task: id })}>
      {pick(alert)}
    </button>
  );
}
