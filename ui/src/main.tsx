// Starts the portal.

import './theme/mantine.css';
import './theme/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { currentSession, signInThroughProxy } from './api/session';
import { App, loadPage, readSignInOptions } from './app/App';
import { resumed } from './boot';

if (resumed) {
  loadPage();
} else {
  const session = currentSession();
  const failed = session.state === 'signed-out' && session.failure !== undefined;
  if (!failed) void signInThroughProxy(readSignInOptions);
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
