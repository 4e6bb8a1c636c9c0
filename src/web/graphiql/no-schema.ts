/** Whether the server does not want to show its schema; `answer` is its refusal as GraphiQL shows it. */
export const isHidden = (answer: string): boolean => /introspection|OPERATION_NOT_ALLOWED/i.test(answer);

/** Why there is no schema, in a sentence. */
export const whyNoSchema = (answer: string): string =>
  isHidden(answer)
    ? 'This installation does not show its schema (INTROSPECTION=off or TRUSTED_DOCUMENTS=on), so there are no docs and ' +
      'no completion here. Typing and running work; schema/schema.graphql describes the API.'
    : 'The schema could not be read, so there are no docs and no completion yet. Try the round arrows at the bottom left.';
