import { createGraphiQLFetcher, type Fetcher, type FetcherParams } from '@graphiql/toolkit';
import { type ExecutionResult, GraphQLError, getOperationAST, type OperationTypeNode, parse } from 'graphql';
import { isRecord } from '../../client/shelf.js';
import { tokenIn } from './headers.js';
import { session } from './session.js';
import { follow } from './subscription.js';

const UNREACHABLE =
  'The server does not answer. Check that it runs and that the network reaches it, then run again.';
const FOREIGN = 'Something else than the server answered, such as a proxy on the way. Try again in a moment.';

const overHttp = createGraphiQLFetcher({ url: '/graphql', enableIncrementalDelivery: false });

/** Queries and mutations by POST, subscriptions over the socket, each with the token of the tab's own headers. */
export const fetcher: Fetcher = (params, options) => {
  const kind = kindOf(params);
  const token = tokenIn(options?.headers);
  if (kind === 'subscription') return follow(params, token);
  const answer = post(kind, token, overHttp(params, options));
  // Without any data GraphiQL would ask for the schema a second time, as if an old server had not understood.
  return params.operationName === 'IntrospectionQuery' ? withData(answer) : answer;
};

const withData = async (answer: Promise<ExecutionResult>) => ({ data: null, ...(await answer) });

async function post(
  kind: OperationTypeNode | undefined,
  token: string,
  asked: ReturnType<Fetcher>,
): Promise<ExecutionResult> {
  try {
    const answer = (await asked) as ExecutionResult;
    if (isEndOfSession(kind, answer)) session.end(token);
    return answer;
  } catch (fault) {
    return { errors: [new GraphQLError(fault instanceof SyntaxError ? FOREIGN : UNREACHABLE)] };
  }
}

function kindOf({ query, operationName }: FetcherParams): OperationTypeNode | undefined {
  try {
    return getOperationAST(parse(query), operationName)?.operation;
  } catch {
    // The server says what is wrong with it.
    return undefined;
  }
}

/** Of a mutation only a logout that succeeded: signing in and refreshing are refused with the same codes. */
function isEndOfSession(kind: OperationTypeNode | undefined, { data, errors }: ExecutionResult): boolean {
  if (kind === 'mutation') return isRecord(data) && data.logout === true;
  return errors?.some(({ extensions }) => extensions?.code === 'SESSION_REVOKED') ?? false;
}
