import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import type { Message } from "@linli/model";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import { messageOf } from "../testing/messages.ts";
import { depsAt } from "../testing/send-by.ts";
import { email } from "./email.ts";

const file = (name: string) => readFile(new URL(`./testdata/${name}`, import.meta.url), "utf8");
const certificate = await file("localhost-certificate.pem");
const tls = { cert: certificate, key: await file("localhost-key.pem") };
const running: SMTPServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
});

interface Letter {
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly source: string;
}

async function serve(options: SMTPServerOptions = {}) {
  const letters: Letter[] = [];
  const server = new SMTPServer({
    ...tls,
    onAuth: ({ username, password }, _session, done) =>
      username === "linli" && password === "secret-mail" ? done(null, { user: 1 }) : done(new Error("no such account")),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const to = session.envelope.rcptTo.map((recipient) => recipient.address);
        letters.push({ to, secure: session.secure, source: Buffer.concat(chunks).toString("utf8") });
        done(null, "queued as 17");
      });
    },
    ...options,
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  running.push(server);
  return { letters, port: (server.server.address() as AddressInfo).port };
}

const base = {
  host: "localhost",
  security: "starttls",
  user: "linli",
  password: "secret-mail",
  from: "alerts@linli.example",
  certificate,
};

async function send(config: object, message: Message = messageOf()) {
  const sender = email.create(email.config.parse({ ...base, ...config }), depsAt());
  try {
    return await sender.send(message, { email: "crew@linli.example" }, new AbortController().signal);
  } finally {
    await sender.close();
  }
}

const header = (source: string, name: string) =>
  new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, "im").exec(source)?.[1]?.replace(/\r\n[ \t]/g, " ");
const part = (source: string, type: string) => {
  const [head = "", ...body] = source.slice(source.indexOf(`Content-Type: ${type}`)).split("\r\n\r\n");
  const text = body.join("\r\n\r\n").split("\r\n--")[0] ?? "";
  if (/base64/i.test(head)) return Buffer.from(text, "base64").toString("utf8");
  const bytes = text
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
};

describe("email", () => {
  it("arrives over STARTTLS, as text and as HTML", async () => {
    const { letters, port } = await serve();
    expect(await send({ port }, messageOf({ title: "7号梯 <b>" }))).toEqual({
      outcome: "accepted",
      reference: "250 queued as 17",
    });
    const [letter] = letters;
    expect([letter?.to, letter?.secure]).toEqual([["crew@linli.example"], true]);
    const source = letter?.source ?? "";
    expect(header(source, "Auto-Submitted")).toBe("auto-generated");
    expect(part(source, "text/plain")).toContain("轿厢停在 5 楼与 6 楼之间。");
    expect(part(source, "text/plain")).toContain("https://linli.example/alerts/");
    expect(part(source, "text/html")).toContain("7号梯 &#60;b&#62;");
  });

  it("arrives over TLS from the first byte", async () => {
    const { letters, port } = await serve({ secure: true });
    expect(await send({ port, security: "tls" })).toMatchObject({ outcome: "accepted" });
    expect(letters).toHaveLength(1);
  });

  it("a repeat has the same Message-ID; messages of one alert are one thread", async () => {
    const { letters, port } = await serve();
    for (const key of ["a", "a", "b"]) await send({ port }, messageOf({ key }));
    const ids = letters.map(({ source }) => header(source, "Message-ID"));
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
    expect(new Set(letters.map(({ source }) => header(source, "References"))).size).toBe(1);
  });

  it("sends nothing when it cannot trust the server", async () => {
    const { letters, port } = await serve();
    expect(await send({ port, certificate: undefined })).toMatchObject({ outcome: "retry" });
    expect(letters).toHaveLength(0);
  });

  it("sends nothing, and no password, when the server offers no TLS", async () => {
    let asked = 0;
    const { letters, port } = await serve({
      disabledCommands: ["STARTTLS"],
      onAuth: (_auth, _session, done) => {
        asked++;
        done(null, { user: 1 });
      },
    });
    expect((await send({ port })).outcome).not.toBe("accepted");
    expect([asked, letters.length]).toEqual([0, 0]);
  });

  it("wrong credentials are refused without telling them", async () => {
    const { port } = await serve();
    const delivery = await send({ port, password: "secret-wrong" });
    expect(delivery).toMatchObject({ outcome: "refused" });
    expect(JSON.stringify(delivery)).not.toContain("secret-wrong");
  });

  it.each([
    [450, "retry"],
    [452, "retry"],
    [550, "refused"],
    [552, "refused"],
  ])("a recipient answered with %i is %s", async (responseCode, outcome) => {
    const { port } = await serve({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error("mailbox"), { responseCode })),
    });
    expect(await send({ port })).toMatchObject({ outcome, reason: expect.stringContaining(String(responseCode)) });
  });

  it.each([
    [451, "retry"],
    [554, "refused"],
  ])("a letter answered with %i is %s", async (responseCode, outcome) => {
    const { port } = await serve({
      onData(stream, _session, done) {
        stream.resume();
        stream.on("end", () => done(Object.assign(new Error("content"), { responseCode })));
      },
    });
    expect(await send({ port })).toMatchObject({ outcome });
  });

  it("a connection that ends after the letter leaves it unknown", async () => {
    const { port } = await serve({
      onData(stream) {
        stream.resume();
        stream.on("end", () => {
          for (const connection of running[0]?.connections ?? []) connection.close();
        });
      },
    });
    expect(await send({ port })).toMatchObject({ outcome: "unknown" });
  });

  it("a server that is not there is tried again", async () => {
    const { port } = await serve();
    for (const server of running.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
    expect(await send({ port })).toMatchObject({ outcome: "retry" });
  });
});
