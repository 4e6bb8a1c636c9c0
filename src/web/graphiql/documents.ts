import { groupsOf } from './examples.js';
import { ordinaryFor, textOf } from './variables.js';

const texts = import.meta.glob<string>('../../../schema/operations/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The API's own documents. Those of the pages, in folders of their own, are no examples. */
export const EXAMPLES = groupsOf(Object.values(texts));

const WELCOME = `# duban: supervise until done.
#
# 1. Sign in above: the token goes into the headers.
# 2. Run this: the triangle, or Ctrl-Enter.
# 3. Go on with an example from the list on the left.
#
# Ctrl-Space completes.
# The book at the top left explains every field.
`;

/** What a newcomer sees: how to begin, and with what. */
export const FIRST_TABS = EXAMPLES.flatMap(({ examples }) => examples)
  .slice(0, 1)
  .map(({ text, operation }) => ({
    query: `${WELCOME}\n${text}`,
    variables: textOf({ variables: ordinaryFor(operation), lacks: null }),
  }));
