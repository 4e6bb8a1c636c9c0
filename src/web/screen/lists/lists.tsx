import type { ReactNode } from 'react';
import type { ListName } from '../route.js';
import { useLanguage } from '../words/language.js';
import { Alerts } from './alerts.js';
import { Households } from './households.js';
import type { RowsProps } from './parts.js';
import { Projects } from './projects.js';
import { Sheet } from './sheet.js';
import { Tasks } from './tasks.js';
import { Villages } from './villages.js';

interface ListSheetProps extends RowsProps {
  readonly name: ListName;
  /** The region's name, once it is known. */
  readonly place: { readonly code: string; readonly name: string } | null;
  readonly onClose: () => void;
}

/** The list behind a number. */
export function ListSheet({ name, onClose, ...rest }: ListSheetProps) {
  const Rows = LISTS[name];
  return (
    <Sheet title={useTitle(name, rest)} onClose={onClose}>
      <Rows {...rest} />
    </Sheet>
  );
}

/** Which list, of where, and of what of it. */
function useTitle(name: ListName, { place, filter }: Pick<ListSheetProps, 'place' | 'filter'>): string {
  const { words, place: nameOf } = useLanguage();
  const known: Readonly<Record<string, string>> = {
    tasks: words.schedule,
    alerts: words.severity,
    projects: { ...words.projectKind, ...words.projectStage },
    villages: words.standing,
    households: { LIFTED: words.households.lifted },
  }[name];
  const asked = Object.values(filter).flatMap((word) => known[word] ?? []);
  return [words.lists[name], ...(place ? [nameOf(place)] : []), ...asked].join(' · ');
}

const LISTS: Record<ListName, (props: RowsProps) => ReactNode> = {
  tasks: Tasks,
  alerts: Alerts,
  projects: Projects,
  villages: Villages,
  households: Households,
};
