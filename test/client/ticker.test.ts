import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  EMPTY_TICKER,
  MAX_FLOWING,
  MAX_HIDDEN,
  MAX_PINNED,
  read,
  readAll,
  type Ticker,
  type TickerEvent,
  tickerShelf,
  told,
  unseen,
} from '../../src/client/ticker.js';
import { MemoryStorage } from './hand-time.js';

let ids = 0;
const event = (kind: string, severity: string | null, subject: string): TickerEvent => ({
  id: String(++ids),
  kind,
  severity,
  subject: { type: kind.split('_')[0] === 'ALERT' ? 'ALERT' : 'TASK', id: subject },
});
const alert = (subject: string) => event('ALERT_RAISED', 'CRITICAL', subject);
const overdue = (subject: string) => event('DEADLINE_WARNING', 'CRITICAL', subject);
const notice = () => event('PROJECT_CHANGED', null, 'p');
const many = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

const pinned = ({ lines }: Ticker<TickerEvent>) =>
  lines.filter((line) => line.isPinned).map((line) => line.event.id);
const start: Ticker<TickerEvent> = EMPTY_TICKER;

describe('what flows by', () => {
  test('newest first, within bounds', () => {
    const events = many(MAX_FLOWING + 50, notice);
    const newest = events.slice(50).reverse();
    expect(told(start, events).lines.map((line) => line.event)).toEqual(newest);
    let oneByOne = start;
    for (const each of events) oneByOne = told(oneByOne, [each]);
    expect(oneByOne).toEqual(told(start, events));
  });

  test('nothing told, nothing changed', () => {
    expect(told(start, [])).toBe(start);
  });
});

describe('critical lines', () => {
  test('stay, however much comes after them', () => {
    const grave = alert('a');
    const ticker = told(told(start, [grave]), many(1000, notice));
    expect(ticker.lines.at(-1)).toEqual({ event: grave, isPinned: true });
    expect(ticker.lines).toHaveLength(MAX_FLOWING + 1);
  });

  test('until they are read', () => {
    const [first, second] = [alert('a'), alert('b')];
    const ticker = read(told(start, [first, second]), first.id);
    expect(pinned(ticker)).toEqual([second.id]);
    expect(ticker.lines).toHaveLength(2);
    expect(pinned(readAll(ticker))).toEqual([]);
  });

  test.each(['ALERT_ACKNOWLEDGED', 'ALERT_RESOLVED'])('or their alert is over: %s', (kind) => {
    const other = alert('b');
    const over = event(kind, 'CRITICAL', 'a');
    expect(pinned(told(told(start, [alert('a'), other]), [over]))).toEqual([other.id]);
    expect(pinned(told(start, [alert('a'), other, over]))).toEqual([other.id]);
  });

  test('or a graver one about the same follows', () => {
    const [dayBefore, due] = [overdue('t'), overdue('t')];
    expect(pinned(told(told(start, [dayBefore]), [due]))).toEqual([due.id]);
    const schedule = event('TASK_SCHEDULE_CHANGED', 'CRITICAL', 't');
    const warning = overdue('t');
    expect(pinned(told(start, [schedule, warning]))).toEqual([warning.id]);
  });

  test('or their task stands differently, but not because somebody moved it', () => {
    const grave = overdue('t');
    const ticker = told(start, [grave]);
    for (const kind of ['TASK_STATUS_CHANGED', 'TASK_ASSIGNED', 'PROJECT_CHANGED'])
      expect(pinned(told(ticker, [event(kind, 'WARNING', 't')]))).toEqual([grave.id]);
    expect(pinned(told(ticker, [event('TASK_SCHEDULE_CHANGED', null, 't')]))).toEqual([]);
    expect(pinned(told(ticker, [event('TASK_DEADLINE_CHANGED', 'NOTICE', 't')]))).toEqual([]);
    expect(pinned(told(ticker, [event('TASK_SCHEDULE_CHANGED', null, 'other')]))).toEqual([grave.id]);
  });
});

describe('more critical lines than anybody can read', () => {
  test('ten thousand: the newest are whole, the others counted, each gone when it is over', () => {
    let ticker = told(
      start,
      many(10_000, (index) => alert(`a${index}`)),
    );
    expect(ticker.lines).toHaveLength(MAX_PINNED);
    expect(unseen(ticker)).toBe(10_000 - MAX_PINNED);
    ticker = told(
      ticker,
      many(5000, (index) => event('ALERT_RESOLVED', 'CRITICAL', `a${index}`)),
    );
    expect(unseen(ticker)).toBe(5000 - MAX_PINNED);
    expect(pinned(ticker)).toHaveLength(MAX_PINNED);
    const again = overdue('t');
    expect(pinned(told(ticker, [again]))[0]).toBe(again.id);
    expect(unseen(readAll(ticker))).toBe(0);
  });

  test('beyond all bounds they are only counted, until the last that is known is over', () => {
    const all = MAX_HIDDEN + MAX_PINNED + 7;
    const ticker = told(
      start,
      many(all, (index) => alert(`a${index}`)),
    );
    expect(ticker.hidden).toHaveLength(MAX_HIDDEN);
    expect(unseen(ticker)).toBe(MAX_HIDDEN + 7);
    const over = many(all, (index) => event('ALERT_RESOLVED', null, `a${index}`));
    expect(unseen(told(ticker, over))).toBe(0);
  });

  test('one that had no room and is told anew has it', () => {
    const ticker = told(
      start,
      many(MAX_PINNED + 1, (index) => overdue(`t${index}`)),
    );
    expect(ticker.hidden).toEqual(['TASK t0']);
    const anew = told(ticker, [overdue('t0')]);
    expect(anew.hidden).toEqual(['TASK t1']);
    expect(pinned(anew)).toHaveLength(MAX_PINNED);
  });
});

test('whatever is told in whatever batches: bounded, one line pinned per subject, none lost', () => {
  const kinds = ['ALERT_RAISED', 'ALERT_ACKNOWLEDGED', 'DEADLINE_WARNING', 'TASK_SCHEDULE_CHANGED', 'OTHER'];
  const anEvent = fc
    .tuple(fc.constantFrom(...kinds), fc.constantFrom('CRITICAL', 'WARNING', null), fc.nat({ max: 300 }))
    .map(([kind, severity, subject]) => event(kind, severity, String(subject)));
  const story = fc.array(fc.array(anEvent, { maxLength: 100 }), { maxLength: 20 });
  fc.assert(
    fc.property(story, (batches) => {
      const ticker = batches.reduce(told<TickerEvent>, start);
      const top = ticker.lines.filter((line) => line.isPinned);
      const subjects = top.map((line) => `${line.event.subject.type} ${line.event.subject.id}`);
      expect(new Set([...subjects, ...ticker.hidden]).size).toBe(subjects.length + ticker.hidden.length);
      expect(top.length).toBeLessThanOrEqual(MAX_PINNED);
      expect(ticker.lines.length - top.length).toBeLessThanOrEqual(MAX_FLOWING);
      const order = ticker.lines.map((line) => Number(line.event.id));
      expect(order).toEqual(order.toSorted((a, b) => b - a));
      expect(told(start, batches.flat())).toEqual(ticker);
    }),
  );
});

describe('kept', () => {
  const kept = { cursor: 'c', ticker: told(start, [alert('a'), notice()]) };

  test('with the place of its feed', () => {
    const storage = new MemoryStorage();
    tickerShelf(storage, 'k').write(kept);
    expect(tickerShelf(storage, 'k').read()).toEqual(kept);
    expect(tickerShelf(storage, 'other').read()).toBeNull();
    tickerShelf(storage, 'k').clear();
    expect(tickerShelf(storage, 'k').read()).toBeNull();
  });

  test('what is spoilt is as if nothing had been kept', () => {
    const { lines } = kept.ticker;
    const spoilt = [
      '',
      '{',
      'null',
      '[]',
      '{"cursor":1}',
      JSON.stringify({ ...kept, cursor: null }),
      JSON.stringify({ ...kept, ticker: [] }),
      JSON.stringify({ ...kept, ticker: { ...kept.ticker, lines: [{}] } }),
      JSON.stringify({ ...kept, ticker: { ...kept.ticker, hidden: [1] } }),
      JSON.stringify({ ...kept, ticker: { ...kept.ticker, uncounted: 'x' } }),
      JSON.stringify({ ...kept, ticker: { ...kept.ticker, lines: many(301, () => lines[0]) } }),
    ];
    for (const text of spoilt) {
      const storage = new MemoryStorage();
      storage.setItem('k', text);
      expect({ text, read: tickerShelf(storage, 'k').read() }).toEqual({ text, read: null });
    }
  });

  test('a storage that is full or forbidden is as good as none', () => {
    const forbidden = {
      getItem: () => {
        throw new Error('SecurityError');
      },
      setItem: () => {
        throw new Error('QuotaExceededError');
      },
      removeItem: () => {
        throw new Error('SecurityError');
      },
    };
    const shelf = tickerShelf(forbidden, 'k');
    shelf.write(kept);
    expect(shelf.read()).toBeNull();
    shelf.clear();
    expect(tickerShelf(null, 'k').read()).toBeNull();
  });

  test('when it no longer fits, the old one is not mistaken for it', () => {
    const storage = new MemoryStorage();
    const shelf = tickerShelf(storage, 'k');
    shelf.write(kept);
    storage.setItem = () => {
      throw new Error('QuotaExceededError');
    };
    shelf.write({ ...kept, cursor: 'd' });
    expect(shelf.read()).toBeNull();
  });
});
