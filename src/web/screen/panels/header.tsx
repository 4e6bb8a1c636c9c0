import { useCampaignNow, useFreshness, useYearEnd } from '../data/time.js';
import { go } from '../route.js';
import { useLanguage } from '../words/language.js';

interface Place {
  readonly code: string;
  readonly name: string;
}

interface HeaderProps {
  /** From the viewer's own region down to here. */
  readonly path: readonly Place[];
  /** The viewer's own regions, and which of them is looked at. */
  readonly homes: readonly Place[];
  readonly home: Place;
  readonly onHome: (home: Place) => void;
  readonly viewer: string;
  readonly onSignOut: () => void;
}

/** Where one is, how long there is left, how fresh everything is. */
export function Header({ path, homes, home, onHome, viewer, onSignOut }: HeaderProps) {
  const { words, locale, setLocale } = useLanguage();
  return (
    <header className="top">
      <h1>
        <span className="seal" aria-hidden="true">
          督办
        </span>
        <span className="subtitle">{words.subtitle}</span>
      </h1>
      {homes.length > 1 && <Homes {...{ homes, home, onHome }} />}
      <Crumbs path={path} />
      <Countdown />
      <Freshness />
      <button
        type="button"
        className="quiet"
        onClick={() => setLocale(locale === 'zh' ? 'en' : 'zh')}
        lang={locale === 'zh' ? 'en' : 'zh-CN'}
      >
        {words.otherLanguage}
      </button>
      <span className="viewer">
        <span title={viewer}>{viewer}</span>
        <button type="button" className="quiet" onClick={onSignOut}>
          {words.signIn.signOut}
        </button>
      </span>
    </header>
  );
}

/** For who has rights in several places, such as an inspector. */
function Homes({ homes, home, onHome }: Pick<HeaderProps, 'homes' | 'home' | 'onHome'>) {
  const { words, place } = useLanguage();
  const choose = (code: string) => {
    const chosen = homes.find((each) => each.code === code);
    if (!chosen) return;
    onHome(chosen);
    go({ region: null });
  };
  return (
    <label className="choice">
      <span className="unseen">{words.nav.homes}</span>
      <select value={home.code} onChange={({ target }) => choose(target.value)}>
        {homes.map((each) => (
          <option key={each.code} value={each.code}>
            {place(each)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Crumbs({ path }: Pick<HeaderProps, 'path'>) {
  const { words, place } = useLanguage();
  return (
    <nav className="where" aria-label={words.nav.crumbs}>
      <ol className="crumbs">
        {path.map((region, at) => (
          <li key={region.code} title={place(region)}>
            {at === path.length - 1 ? (
              <b aria-current="location">{place(region)}</b>
            ) : (
              <button type="button" onClick={() => go({ region: region.code })}>
                {place(region)}
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

const DAY_MS = 86_400_000;

/** To the end of the campaign's year, by the campaign clock. */
function Countdown() {
  const { words, date, time } = useLanguage();
  const now = useCampaignNow('second');
  const end = useYearEnd();
  if (now === null || end === null) return <p className="countdown" />;
  const left = Math.max(0, end - now);
  const clock = new Date(left % DAY_MS).toISOString().slice(11, 19);
  return (
    <p className="countdown" role="timer" aria-live="off">
      <span>
        {words.clock.campaign}{' '}
        <time dateTime={new Date(now).toISOString()}>{`${date(now)} ${time(now)}`}</time>
      </span>
      <span>
        {words.clock.untilYearEnd} <b>{Math.floor(left / DAY_MS)}</b> {words.clock.days} <b>{clock}</b>
      </span>
    </p>
  );
}

/** Live, stale or cut off: a state of the data, not a lamp. */
function Freshness() {
  const { words, age } = useLanguage();
  const { state, ageSeconds } = useFreshness();
  return (
    <p className={`freshness ${state}`} role="status">
      <i aria-hidden="true" />
      <b>{words.fresh[state]}</b>
      {state !== 'connecting' && <span>{words.fresh.age(age(ageSeconds))}</span>}
    </p>
  );
}

/** Across the screen while the numbers are not of now; they stay, and say of when they are. */
export function StaleBanner({ asOf }: { readonly asOf: string | null }) {
  const { words, age, dateTime } = useLanguage();
  const { state, ageSeconds } = useFreshness();
  if (state === 'live' || state === 'connecting' || asOf === null) return null;
  return (
    <p className="banner" role="alert">
      {words.fresh.staleBanner(dateTime(asOf), age(ageSeconds))}
    </p>
  );
}
