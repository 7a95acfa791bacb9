// A form whose schema is being written may be impossible to draw for a moment; the page around it stays.

import { Component, type ReactNode } from 'react';
import { Notice } from '@/components/Notice';

export class FormBoundary extends Component<{ children: ReactNode }, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Notice level="error" title="This page can't be drawn as a form">
        {error.message}
      </Notice>
    );
  }
}
