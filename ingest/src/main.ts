import { runProcess } from "@linli/runtime";
import { create } from "./app.ts";

await runProcess("ingest", create);
