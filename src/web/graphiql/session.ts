import { Duban } from '../../client/duban.js';
import { ordinarySurroundings } from '../../client/surroundings.js';
import { accessOf } from './access.js';

const surroundings = ordinarySurroundings();

/** Kept for this tab only, over a reload: on the machines of an office a token must not outlive the page. */
const duban = new Duban({ address: '/graphql', storage: sessionStorage, surroundings });
duban.restore();

export const { session, ask } = duban;

export const access = accessOf(session, surroundings);
// A machine that slept has not looked at the clock.
document.addEventListener('visibilitychange', access.look);
