import type { Overview } from '../overview.js';
import { useLanguage } from '../words/language.js';
import { Figure, Panel } from './panel.js';

type Kind = Overview['projects']['byKind'][number];

/** From site to production. What is suspended or closed is in none of them. */
const FUNNEL = ['SELECTED', 'PREPARING', 'PRODUCING'] as const;

const countOf = (kind: Kind | undefined, stage: string): number | null =>
  kind ? (kind.byStage.find((each) => each.stage === stage)?.count ?? 0) : null;

/** The funnel of the workshops, and every other kind of project by number. */
export function Projects({ overview }: { readonly overview: Overview | null }) {
  const { words } = useLanguage();
  const kinds = overview?.projects.byKind ?? [];
  const workshops = kinds.find(({ kind }) => kind === 'EMPLOYMENT_WORKSHOP');
  const others = kinds.filter(({ kind }) => kind !== 'EMPLOYMENT_WORKSHOP');
  return (
    <Panel
      area="projects"
      title={`${words.panels.workshops} · ${words.panels.projects}`}
      asOf={overview?.asOf}
    >
      <ol className="funnel">
        {FUNNEL.map((stage) => {
          const count = countOf(workshops, stage);
          return (
            <li key={stage}>
              <span>{words.projectStage[stage]}</span>
              <i style={{ transform: `scaleX(${workshops?.total ? (count ?? 0) / workshops.total : 0})` }} />
              <Figure
                value={count}
                title={`${words.panels.workshops} ${words.projectStage[stage]}`}
                unit={words.unit.workshops}
                list={{ name: 'projects', filter: { kind: 'EMPLOYMENT_WORKSHOP', stage } }}
              />
            </li>
          );
        })}
      </ol>
      <ul className="counts narrow">
        {others.map(({ kind, total }) => (
          <li key={kind}>
            <span>{words.projectKind[kind]}</span>
            <Figure
              value={total}
              title={words.projectKind[kind]}
              unit={words.unit.projects}
              list={{ name: 'projects', filter: { kind } }}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
