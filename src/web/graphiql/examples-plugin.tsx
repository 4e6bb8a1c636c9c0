import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { EXAMPLES } from './documents.js';
import { type Example, lineOf } from './examples.js';
import { ask, session } from './session.js';
import { textOf, variablesFor } from './variables.js';
import { regionOf } from './viewer.js';

/** Opens an example in a tab of its own, or in the one in front where that is empty. */
function useOpening(): (example: Example) => Promise<void> {
  const { addTab } = useGraphiQLActions();
  const editors = useGraphiQL(({ queryEditor, variableEditor }) => ({ queryEditor, variableEditor }));
  return async ({ operation, text }) => {
    const { queryEditor, variableEditor } = editors;
    if (!queryEditor || !variableEditor) return;
    const variables = textOf(await variablesFor(operation, { region: regionOf(session.state.get()), ask }));
    if (queryEditor.getValue().trim() !== '') addTab();
    queryEditor.setValue(text);
    variableEditor.setValue(variables);
    queryEditor.focus();
  };
}

function Examples() {
  const open = useOpening();
  const schema = useGraphiQL((state) => state.schema);
  return (
    <section className="examples" aria-label="Examples">
      <h2>Examples</h2>
      <p>Each opens in a tab, ready to run. What needs an id gets a real one when you are signed in.</p>
      {EXAMPLES.map(({ title, examples }) => (
        <div key={title}>
          <h3>{title}</h3>
          <ul>
            {examples.map((example) => (
              <li key={example.name}>
                <button type="button" onClick={() => void open(example)}>
                  <b>{example.name}</b>
                  <span>{lineOf(example, schema)}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** A list with a triangle: something to run. */
const ExamplesIcon = () => (
  <svg
    viewBox="0 0 20 20"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.4"
    strokeLinecap="round"
    aria-hidden="true"
  >
    <path d="M2 4h16M2 9h7M2 14h5M2 18.5h5" />
    <path d="M11 9.2v8.6l7-4.3z" strokeLinejoin="round" />
  </svg>
);

export const EXAMPLES_PLUGIN: GraphiQLPlugin = { title: 'Examples', icon: ExamplesIcon, content: Examples };
