import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { bearer, withToken } from './headers.js';
import { isHidden, whyNoSchema } from './no-schema.js';
import { access } from './session.js';

/** The system's own faces; Chinese comes from here only where the machine has none. */
const MONO =
  'ui-monospace, "Cascadia Mono", Consolas, Menlo, "DejaVu Sans Mono", monospace, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC Variable"';

/**
 * What must be kept true inside GraphiQL: the token in the headers, a word on a missing schema, and
 * what GraphiQL itself would do otherwise.
 */
export function Upkeep() {
  useTokenInHeaders();
  useTabInFront();
  useEditorOptions();
  useFirstVariables();
  useSchemaOnceReached();
  const fetchError = useGraphiQL((state) => state.fetchError);
  return (
    fetchError && (
      <p className="notice" role="status">
        {whyNoSchema(fetchError)}
      </p>
    )
  );
}

/** Puts the token into the headers of the tab in front, whenever either changes; the others wait for their turn. */
function useTokenInHeaders(): void {
  const token = useSyncExternalStore(access.subscribe, access.get)?.token ?? null;
  const { editor, tab } = useGraphiQL(({ headerEditor, tabs, activeTabIndex }) => ({
    editor: headerEditor,
    tab: tabs[activeTabIndex]?.id,
  }));
  const ours = useRef(new Set<unknown>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab in front is a reason to look at its headers.
  useEffect(() => {
    if (token !== null) ours.current.add(bearer(token));
    if (!editor) return;
    const text = editor.getValue();
    const next = withToken(text, token, (value) => ours.current.has(value));
    if (next !== text) editor.setValue(next);
  }, [editor, tab, token]);
}

/** A tab that is opened must not take over what another one listens to, and must be seen where there are many. */
function useTabInFront(): void {
  const tab = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.id);
  const { stop } = useGraphiQLActions();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab in front is the reason.
  useEffect(() => {
    document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    return stop;
  }, [tab, stop]);
}

/** GraphiQL opens the editors for a face of its own and for lines that end; our documents have long ones. */
function useEditorOptions(): void {
  const editors = useGraphiQL(pick('queryEditor', 'variableEditor', 'headerEditor', 'responseEditor'));
  useEffect(() => {
    for (const editor of Object.values(editors)) editor?.updateOptions({ fontFamily: MONO, fontSize: 14 });
    for (const editor of [editors.queryEditor, editors.variableEditor])
      editor?.updateOptions({ wordWrap: 'on', wrappingIndent: 'indent' });
  }, [editors]);
}

/** GraphiQL takes the query of the very first tab, but not its variables. */
function useFirstVariables(): void {
  const { editor, tab } = useGraphiQL(({ variableEditor, tabs, activeTabIndex }) => ({
    editor: variableEditor,
    tab: tabs[activeTabIndex],
  }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the editor is there; later it is the writer's own.
  useEffect(() => {
    if (editor?.getValue() === '' && tab?.variables) editor.setValue(tab.variables);
  }, [editor]);
}

/** Whoever could sign in reached the server, so the schema may be there by now. */
function useSchemaOnceReached(): void {
  const isSignedIn = useSyncExternalStore(access.subscribe, access.get) !== null;
  const fetchError = useGraphiQL((state) => state.fetchError);
  const { introspect } = useGraphiQLActions();
  // biome-ignore lint/correctness/useExhaustiveDependencies: tried once per sign-in.
  useEffect(() => {
    if (isSignedIn && fetchError !== null && !isHidden(fetchError)) void introspect();
  }, [isSignedIn]);
}
