// The title of the browser's tab.

import { useEffect } from 'react';
import { config } from './config';

export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · ${config.app.title}` : config.app.title;
  }, [title]);
}
