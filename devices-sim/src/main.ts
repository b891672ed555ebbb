import { runProcess } from "@linli/runtime";
import { create } from "./app.ts";
import { simulatorCommand } from "./command.ts";

// supervised it is a process of a data folder; called by a person it is a command of its own
if (process.env.LINLI_SUPERVISED) await runProcess("devices-sim", create);
else await simulatorCommand().parseAsync();
