import { Component, type ReactNode } from 'react';

import { say } from '../words/board';

/** Says that the map could not be loaded; the rest of the board goes on. */
export class Unloaded extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <p className="none" role="alert">{say('map_failed')}</p> : this.props.children;
  }
}
