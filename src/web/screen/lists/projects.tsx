import { WallProjectsDocument, type WallProjectsQuery } from '../../../../schema/generated/documents.js';
import { usePages } from '../data/pages.js';
import { useLanguage } from '../words/language.js';
import { type Column, List } from './list.js';
import { only, PlaceLink, type RowsProps } from './parts.js';

type Project = WallProjectsQuery['projects']['edges'][number]['node'];

/** The projects of a region. */
export function Projects({ region, filter, moved }: RowsProps) {
  const { words, pick, place } = useLanguage();
  const asked = { kind: only(filter.kind, words.projectKind), stage: only(filter.stage, words.projectStage) };
  const pages = usePages(
    WallProjectsDocument,
    { within: region, filter: asked },
    ({ projects }) => projects,
    moved,
  );
  const columns: Column<Project>[] = [
    { title: words.list.title, cell: (project) => pick(project) },
    { title: words.list.kind, cell: ({ kind }) => words.projectKind[kind] },
    { title: words.list.stage, cell: ({ stage }) => words.projectStage[stage] },
    {
      title: words.list.region,
      cell: (project) => <PlaceLink region={project.region}>{place(project.region)}</PlaceLink>,
    },
  ];
  return <List pages={pages} columns={columns} keyOf={({ id }) => id} />;
}
