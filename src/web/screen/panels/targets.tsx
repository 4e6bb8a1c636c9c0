import { useCampaignYear } from '../data/time.js';
import type { Overview } from '../overview.js';
import { useLanguage } from '../words/language.js';
import { Bar, Figure, Panel } from './panel.js';

/** The first of the year's two targets: villages that meet every item, of those planned to leave the list. */
export function Villages({ overview }: { readonly overview: Overview | null }) {
  const { words, percent } = useLanguage();
  const { met = null, planned = null } = overview?.villages ?? {};
  const { villages, panels, unit } = words;
  const share = percent(met ?? 0, planned ?? 0);
  return (
    <Panel area="villages" title={panels.villages} asOf={overview?.asOf}>
      <p className="target">
        <Figure
          value={met}
          title={`${panels.villages}: ${villages.met}`}
          unit={villages.met}
          size="huge"
          list={{ name: 'villages', filter: { standing: 'MET' } }}
        />
        <Figure
          value={planned}
          title={villages.planned}
          unit={`${unit.villages} · ${villages.planned}`}
          list={{ name: 'villages' }}
        />
      </p>
      <Bar part={met ?? 0} whole={planned ?? 0} label={`${villages.ratio} ${share}`} />
      <p className="beside">
        {villages.ratio} {share}
      </p>
    </Panel>
  );
}

/** The second: households lifted, of those planned for the year. */
export function Households({ overview }: { readonly overview: Overview | null }) {
  const { words, percent } = useLanguage();
  const year = useCampaignYear();
  const plan: Record<string, string> = year === null ? {} : { plan: String(year) };
  const { lifted = null, planned = null, total = null } = overview?.households ?? {};
  const withheld = (count: number | null) => overview !== null && count === null;
  const { households, panels, unit } = words;
  const whole = lifted === null || planned === null ? 0 : planned;
  const share = percent(lifted ?? 0, whole);
  return (
    <Panel area="households" title={panels.households} asOf={overview?.asOf}>
      <p className="target">
        <Figure
          value={lifted}
          withheld={withheld(lifted)}
          title={`${panels.households}: ${households.lifted}`}
          unit={households.lifted}
          size="huge"
          list={{ name: 'households', filter: { ...plan, status: 'LIFTED' } }}
        />
        <Figure
          value={planned}
          withheld={withheld(planned)}
          title={households.planned}
          unit={`${unit.households} · ${households.planned}`}
          list={{ name: 'households', filter: plan }}
        />
      </p>
      <Bar part={lifted ?? 0} whole={whole} label={`${households.ratio} ${share}`} />
      <p className="beside">
        {households.ratio} {share} · {households.total}{' '}
        <Figure
          value={total}
          withheld={withheld(total)}
          title={households.total}
          unit={unit.households}
          list={{ name: 'households' }}
        />
      </p>
    </Panel>
  );
}
