import type { ApiError, Asked } from './post.js';
import type { Socket } from './socket.js';

export interface ValueOptions<Data, Variables> {
  readonly document: Asked<Data, Variables>;
  readonly variables: Variables;
  /** The value of now at once, and whenever it changed; again after each cut. */
  readonly onValue: (data: Data) => void;
  /** Refused for good (FORBIDDEN, NOT_FOUND, …). The end of the session is told by the session alone. */
  readonly onEnd?: (refusal: ApiError) => void;
}

/**
 * Follows a value of which only the newest counts, such as `overviewChanged`, over whatever happens to the connection,
 * until the returned function is called. Nothing is resumed: the server begins every subscription with what is true now.
 */
export function followValue<Data, Variables>(
  socket: Pick<Socket, 'follow'>,
  { document, variables, onValue, onEnd }: ValueOptions<Data, Variables>,
): () => void {
  return socket.follow({
    document,
    variables: () => variables,
    onData: onValue,
    onRefused: (refusal) => {
      onEnd?.(refusal);
      return false;
    },
  });
}
