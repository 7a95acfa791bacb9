// Starts the portal.

import './theme/mantine.css';
import './theme/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { resumeSession } from './api/session';
import { App, loadPage } from './app/App';

if (resumeSession()) loadPage();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
