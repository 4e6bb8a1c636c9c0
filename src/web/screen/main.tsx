import '@fontsource-variable/noto-sans-sc';
import './theme.css';
import './layout.css';
import './panels.css';
import './sheets.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { Boundary } from './boundary.js';
import { LanguageProvider } from './words/language.js';

const page = document.getElementById('page');
if (page)
  createRoot(page).render(
    <Boundary>
      <LanguageProvider>
        <App />
      </LanguageProvider>
    </Boundary>,
  );
