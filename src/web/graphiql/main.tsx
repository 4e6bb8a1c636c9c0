import 'graphiql/setup-workers/vite';
// Not graphiql/style.css: three fifths of it are fonts as data: URLs, which the page's policy rightly refuses.
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import 'graphiql/graphiql.css';
import '@fontsource-variable/noto-sans-sc';
import './explorer.css';
import { createRoot } from 'react-dom/client';
import { Explorer } from './explorer.js';

const page = document.getElementById('page');
if (page) createRoot(page).render(<Explorer />);
