// The server audits of the npm package `graphql-http` against a running hub; see docs/bench.md.
// usage: node audits.mjs http://127.0.0.1:8000/graphql
import { serverAudits } from 'graphql-http';

const counts = { ok: 0, notice: 0, warn: 0, error: 0 };
for (const audit of serverAudits({ url: process.argv[2], fetchFn: fetch })) {
  const result = await audit.fn();
  counts[result.status] += 1;
  if (result.status !== 'ok') console.log(result.status, audit.id, audit.name, result.reason);
}
console.log(JSON.stringify(counts));
process.exitCode = counts.warn + counts.error > 0 ? 1 : 0;
