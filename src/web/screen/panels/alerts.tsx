import { Sign } from '../levels.js';
import type { Overview } from '../overview.js';
import { useLanguage } from '../words/language.js';
import { Figure, Panel } from './panel.js';

const GRAVEST_FIRST = ['CRITICAL', 'WARNING', 'NOTICE'] as const;

/** Alerts whose cause still holds, by severity. */
export function Alerts({ overview }: { readonly overview: Overview | null }) {
  const { words } = useLanguage();
  const counts = overview?.alerts.bySeverity;
  return (
    <Panel area="alerts" title={words.panels.alerts} asOf={overview?.asOf}>
      <ul className="severities">
        {GRAVEST_FIRST.map((severity) => (
          <li key={severity}>
            <span>
              <Sign level={severity} /> {words.severity[severity]}
            </span>
            <Figure
              value={counts?.find((each) => each.severity === severity)?.count ?? null}
              title={`${words.panels.alerts} ${words.severity[severity]}`}
              unit={words.unit.alerts}
              size="large"
              list={{ name: 'alerts', filter: { severity } }}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
