import { ApiError, type Asked, type Post, type PostOptions } from './post.js';
import { isEndOfSession, type Session } from './session.js';

/** Asks as the viewer who is signed in. */
export type Ask = <Data, Variables>(
  document: Asked<Data, Variables>,
  variables: Variables,
  options?: Omit<PostOptions, 'token'>,
) => Promise<Data>;

/**
 * Asks with the session's token. A token that the server calls expired is renewed and the same asked again, once: such a
 * request was not executed, so a mutation is not done twice. A refusal that says that the session is over ends it.
 * Rejects with ApiError, Unreachable or the reason of the signal.
 */
export function asking(post: Post, session: Pick<Session, 'token' | 'end'>): Ask {
  return async (document, variables, options) => {
    const askWith = async (token: string) => {
      try {
        return (await post(document, variables, { ...options, token })).data;
      } catch (fault) {
        if (isEndOfSession(fault)) session.end(token);
        throw fault;
      }
    };
    const token = await session.token();
    try {
      return await askWith(token);
    } catch (fault) {
      const isExpired = fault instanceof ApiError && fault.code === 'TOKEN_EXPIRED';
      if (!isExpired) throw fault;
      return askWith(await session.token(token));
    }
  };
}
