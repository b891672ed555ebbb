import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { channelSettingSchema, contactSchema } from "@linli/model";
import { createLogger, readSettings, systemClock } from "@linli/runtime";
import { openSqliteState, type StateStore } from "@linli/stores";
import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Happenings, plantSite, rearrange } from "../testing/site.ts";
import type { NotifyLoop } from "./loop.ts";
import { openNotify } from "./open.ts";

let dir: string;
let state: StateStore;
let server: SMTPServer;
let loop: NotifyLoop | undefined;
const letters: string[] = [];

beforeEach(async () => {
  letters.length = 0;
  dir = await mkdtemp(join(tmpdir(), "linli-notify-"));
  state = await openSqliteState({ file: join(dir, "state.db") });
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        letters.push(Buffer.concat(chunks).toString("utf8"));
        done(null, `queued as ${letters.length}`);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await loop?.stop();
  await state.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await rm(dir, { recursive: true });
});

async function start(): Promise<void> {
  const settings = readSettings({ LINLI_DATA_DIR: dir, LINLI_PUBLIC_URL: "https://linli.example/" });
  const deps = { clock: systemClock, log: createLogger("notify", "silent") };
  loop = await openNotify(settings, deps, { state });
}

/** All that is to be done at this moment, with the server's answers. */
async function settle(): Promise<void> {
  for (let more = true; more; ) {
    more = (await loop?.turn()) ?? false;
    await loop?.delivered();
  }
}

const header = (letter: string | undefined, name: string) =>
  new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, "im").exec(letter ?? "")?.[1]?.replace(/\r\n[ \t]/g, " ");

it("e-mail tells of an alert, and of its end after a restart, in one thread", async () => {
  await plantSite(state);
  const { port } = server.server.address() as AddressInfo;
  const config = { host: "127.0.0.1", port, security: "none", from: "alerts@linli.example" };
  await rearrange(state, "channel", channelSettingSchema.parse({ id: "mail", name: "mail", type: "email", config }));
  const way = { channelId: "mail", address: { email: "li@linli.example" } };
  await rearrange(state, "contact", contactSchema.parse({ id: "li", default: [way] }));
  const world = new Happenings(state, () => Date.now());
  await start();
  const id = await world.open("test.critical", "lift-1");
  await settle();
  expect(letters).toHaveLength(1);
  expect(header(letters[0], "To")).toBe("li@linli.example");
  expect(header(letters[0], "Subject")).toContain("lift-1");
  expect(letters[0]?.replace(/=\r\n/g, "")).toContain(`https://linli.example/alerts/${id}`);
  await loop?.stop();
  await start();
  await world.clear(id);
  await settle();
  expect(letters).toHaveLength(2);
  expect(header(letters[1], "In-Reply-To")).toBe(header(letters[0], "In-Reply-To"));
  expect(header(letters[1], "Message-ID")).not.toBe(header(letters[0], "Message-ID"));
  const { items } = await state.alerts.ledger({}, { limit: 10 });
  expect(items.filter(({ verdict }) => verdict === "told").map(({ occasion, about }) => [occasion, about])).toEqual([
    ["cleared", "250 queued as 2"],
    ["opened", "250 queued as 1"],
  ]);
});
