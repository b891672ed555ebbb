import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { request } from "node:https";
import { createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/platform.ts";
import { skipWithout } from "../support/required.ts";
import { ROOT } from "./compose.ts";

const [NGINX, OPENSSL] = ["nginx", "openssl"];

function hasNginx(): boolean {
  try {
    execFileSync(NGINX, ["-v"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function listen(server: Server | ReturnType<typeof createSocket>): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

async function freePort(): Promise<number> {
  const server = createSocket();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.skipIf(skipWithout("nginx", hasNginx()))("nginx with the example in front", () => {
  const folder = mkdtempSync(join(tmpdir(), "linli-nginx-"));
  let port = 0;
  let behind: Server;
  let nginx: ReturnType<typeof spawn>;
  let heard: IncomingHttpHeaders = {};
  let asked = 0;

  /** In place of Linli: one event at once, and then a stream that stays open. */
  beforeAll(async () => {
    behind = createServer((incoming, outgoing) => {
      asked++;
      heard = incoming.headers;
      outgoing.writeHead(200, { "content-type": "text/event-stream" });
      outgoing.write("data: first\n\n");
    });
    const upstream = await listen(behind);
    port = await freePort();
    const plain = await freePort();
    const files = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=linli.example", "-days", "1", "-keyout", files[0] ?? "", "-out", files[1] ?? ""];
    execFileSync(OPENSSL, ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject], { stdio: "ignore" });
    const example = readFileSync(`${ROOT}deploy/nginx/linli.conf`, "utf8")
      .replace("server 127.0.0.1:8080", `server 127.0.0.1:${upstream}`)
      .replace("listen 443", `listen 127.0.0.1:${port}`)
      .replace("listen 80;", `listen 127.0.0.1:${plain};`)
      .replace(/\S+privkey\.pem/, files[0] ?? "")
      .replace(/\S+fullchain\.pem/, files[1] ?? "");
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const http = `http { access_log off; ${temporary.join(" ")}\n${example}\n}`;
    const lines = [`daemon off; master_process off; pid ${folder}/pid; error_log stderr;`, "events {}", http];
    writeFileSync(join(folder, "nginx.conf"), lines.join("\n"));
    nginx = spawn(NGINX, ["-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")], { stdio: "inherit" });
    await eventually("nginx listens", async () => {
      const answer = await ask("/metrics").catch(() => undefined);
      return answer?.status === 404 || undefined;
    });
  });
  afterAll(async () => {
    nginx?.kill("SIGKILL");
    behind?.closeAllConnections();
    behind?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Resolves with what has come when the first bytes are there. */
  function ask(path: string): Promise<{ status: number | undefined; first: string }> {
    return new Promise((resolve, reject) => {
      const headers = { host: "linli.example", "x-forwarded-for": "198.51.100.7" };
      const asking = request({ host: "127.0.0.1", port, path, headers, rejectUnauthorized: false }, (answer) => {
        answer.once("data", (chunk: Buffer) => {
          resolve({ status: answer.statusCode, first: chunk.toString() });
          asking.destroy();
        });
      });
      asking.on("error", reject);
      asking.end();
    });
  }

  it("passes an event on while the stream goes on, and says who asks and how", async () => {
    expect(await ask("/api/v1/events/stream")).toEqual({ status: 200, first: "data: first\n\n" });
    expect(heard).toMatchObject({
      host: "linli.example",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "https",
    });
  });

  it("keeps the metrics to itself", async () => {
    const before = asked;
    expect((await ask("/metrics")).status).toBe(404);
    expect(asked).toBe(before);
  });
});
