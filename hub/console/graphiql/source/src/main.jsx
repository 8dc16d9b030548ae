// The page of GraphiQL: everything it needs is in this bundle, nothing comes from another host.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import { GraphiQL } from 'graphiql';

const place = document.getElementById('graphiql');
const address = place.dataset.endpoint;

async function fetcher(request, options) {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { ...options?.headers, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(request),
  });
  return answer.json();
}

createRoot(place).render(
  <GraphiQL fetcher={fetcher} defaultQuery={place.dataset.query} defaultEditorToolsVisibility="variables" />,
);
