import { Component, type ReactNode } from 'react';
import { surroundings } from './data/watching.js';

/** Long enough to be read, short enough for a wall that nobody stands at. */
const RELOAD_MS = 30_000;

interface State {
  readonly hasFailed: boolean;
}

/** A fault of the page itself does not leave a wall white: it says so and loads itself anew. */
export class Boundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { hasFailed: false };

  static getDerivedStateFromError(): State {
    return { hasFailed: true };
  }

  override componentDidCatch(): void {
    // Without the place that may have caused it.
    surroundings.after(RELOAD_MS, () => location.replace(location.pathname));
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main className="alone">
        <p className="fault" role="alert">
          页面出现意外，30 秒后自动重新载入。 Something unexpected happened; loading anew in 30 seconds.
        </p>
      </main>
    );
  }
}
