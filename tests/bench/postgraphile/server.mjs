// PostGraphile over the views of views.sql; PGHOST and its kin say where. Prints its port once it answers.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";

const service = makePgService({
  schemas: ["peer"],
  poolConfig: { max: Number(process.env.POOL), options: "-c plan_cache_mode=force_generic_plan -c jit=off" },
});
const made = postgraphile({
  extends: [PostGraphileAmberPreset, PostGraphileConnectionFilterPreset],
  pgServices: [service],
  schema: { defaultBehavior: "list connection" },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false, websockets: false },
});
const server = createServer();
await made.createServ(grafserv).addTo(server);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
