import { GraphiQL } from 'graphiql';
import { FIRST_TABS } from './documents.js';
import { EXAMPLES_PLUGIN } from './examples-plugin.js';
import { fetcher } from './fetcher.js';
import { SignInBar } from './sign-in.js';
import { Upkeep } from './upkeep.js';

/** Without GraphiQL's history, which keeps the headers of every request and so its token. */
const PLUGINS = [EXAMPLES_PLUGIN];
/** On a narrow page the list would leave no room to write. */
const IN_SIGHT = matchMedia('(min-width: 1000px)').matches ? EXAMPLES_PLUGIN : undefined;

export function Explorer() {
  return (
    <>
      <SignInBar />
      <main>
        <GraphiQL
          fetcher={fetcher}
          // What was typed may hold a password or somebody's id, and the machines of an office are shared.
          storage={sessionStorage}
          shouldPersistHeaders={false}
          defaultTabs={FIRST_TABS}
          defaultEditorToolsVisibility="variables"
          plugins={PLUGINS}
          visiblePlugin={IN_SIGHT}
        >
          <GraphiQL.Logo>GraphiQL</GraphiQL.Logo>
          <Upkeep />
        </GraphiQL>
      </main>
    </>
  );
}
