import { type Ask, asking } from '../live/ask.js';
import { posting } from '../live/post.js';
import { Session } from '../live/session.js';
import { ordinarySurroundings } from '../live/surroundings.js';
import { accessOf } from './access.js';

const surroundings = ordinarySurroundings();
const post = posting('/graphql', surroundings);

/** Kept for this tab only, over a reload: on the machines of an office a token must not outlive the page. */
export const session = new Session({ post, storage: sessionStorage, surroundings });
session.restore();

/** Asks as whoever is signed in. */
export const ask: Ask = asking(post, session);

export const access = accessOf(session, surroundings);
// A machine that slept has not looked at the clock.
document.addEventListener('visibilitychange', access.look);
