import { createServer } from "node:net";
import { LinliError, type Problem } from "@linli/model";
import type { Settings } from "@linli/runtime";

const PORT_SETTINGS = ["LINLI_HTTP_PORT", "LINLI_MQTT_PORT", "LINLI_MQTTS_PORT", "LINLI_MQTT_WS_PORT"] as const;
type PortSetting = (typeof PORT_SETTINGS)[number];

/** Opens the port for a moment: the number it got, or the system's error code. */
function tryPort(host: string, port: number): Promise<number | string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : port));
    });
  });
}

function problemOf(field: PortSetting, host: string, port: number, cause: string): Problem {
  const remedies: Record<string, string> = {
    EADDRINUSE: `another program listens there already: stop it, or set ${field} to a free port (0 = any)`,
    EACCES: `ports below 1024 need more rights: set ${field} to a higher one`,
    EADDRNOTAVAIL: `LINLI_HOST=${host} is no address of this machine`,
    ENOTFOUND: `LINLI_HOST=${host} is no address and no known name`,
    SAME: "another setting names this port too: every one needs its own",
  };
  return { field, value: port, message: remedies[cause] ?? `cannot be listened on (${cause})` };
}

/**
 * Checks that every port can be listened on and turns 0 into a free one, so that a restarted process comes back where it
 * was. Fails with `conflict`, listing every port that cannot be had.
 */
export async function claimPorts(settings: Settings): Promise<Partial<Record<PortSetting, number>>> {
  const claimed: Partial<Record<PortSetting, number>> = {};
  const problems: Problem[] = [];
  for (const field of PORT_SETTINGS) {
    const port = settings[field];
    if (port === undefined) continue;
    const isTaken = port !== 0 && Object.values(claimed).includes(port);
    const result = isTaken ? "SAME" : await tryPort(settings.LINLI_HOST, port);
    if (typeof result === "number") claimed[field] = result;
    else problems.push(problemOf(field, settings.LINLI_HOST, port, result));
  }
  if (problems.length > 0) throw new LinliError("conflict", "ports cannot be used", { problems });
  return claimed;
}
