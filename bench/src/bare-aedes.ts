import { createServer } from "node:net";
import { Aedes } from "aedes";

/** Aedes with nothing in front: lets everybody in and acknowledges at once. The reference for the durable broker. */
const aedes = await Aedes.createBroker({ concurrency: 1_000 });
const server = createServer(aedes.handle);
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === "object" ? address?.port : 0 }));
});
process.on("SIGTERM", () => process.exit(0));
