import { type AddressInfo, createServer } from "node:net";
import { readSettings } from "@linli/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { claimPorts } from "./ports.ts";

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function takenPort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

describe("claimPorts", () => {
  it("turns 0 into a real port and leaves out what is not set", async () => {
    const claimed = await claimPorts(readSettings({ LINLI_HTTP_PORT: "0", LINLI_MQTT_PORT: "0" }));
    expect(claimed.LINLI_HTTP_PORT).toBeGreaterThan(0);
    expect(claimed.LINLI_MQTT_PORT).toBeGreaterThan(0);
    expect(claimed).not.toHaveProperty("LINLI_MQTTS_PORT");
  });

  it("refuses one port for two things", async () => {
    const settings = readSettings({ LINLI_HTTP_PORT: "28080", LINLI_MQTT_PORT: "28080" });
    await expect(claimPorts(settings)).rejects.toMatchObject({
      problems: [{ field: "LINLI_MQTT_PORT", value: 28_080, message: expect.stringContaining("its own") }],
    });
  });

  it("says that a host is none, instead of blaming the port", async () => {
    const settings = readSettings({ LINLI_HTTP_PORT: "0", LINLI_MQTT_PORT: "0", LINLI_HOST: "192.0.2.1" });
    await expect(claimPorts(settings)).rejects.toMatchObject({
      problems: [{ message: expect.stringContaining("LINLI_HOST=192.0.2.1") }, {}],
    });
  });

  it("names every port in use, with the number and the remedy", async () => {
    const [http, mqtt] = [await takenPort(), await takenPort()];
    const settings = readSettings({ LINLI_HTTP_PORT: String(http), LINLI_MQTT_PORT: String(mqtt) });
    await expect(claimPorts(settings)).rejects.toMatchObject({
      code: "conflict",
      problems: [
        { field: "LINLI_HTTP_PORT", value: http, message: expect.stringContaining("LINLI_HTTP_PORT") },
        { field: "LINLI_MQTT_PORT", value: mqtt },
      ],
    });
  });
});
