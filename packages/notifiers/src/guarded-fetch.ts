import { lookup } from "node:dns/promises";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { LinliError } from "@linli/model";
import { AddressGuard } from "./address-guard.ts";
import type { ChannelDeps } from "./channel.ts";

interface GuardedFetchOptions {
  /** Host names, addresses or networks that may be reached although they are private. */
  readonly allowPrivate: readonly string[];
  /** Most bytes of an answer's body. */
  readonly maxBytes?: number;
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

interface Target {
  readonly url: URL;
  readonly address: string;
}

const resolveByDns = async (host: string) => (await lookup(host, { all: true })).map((entry) => entry.address);

/**
 * fetch for addresses that others gave: resolves the name once, refuses what is not public unless allowed, and connects to
 * the very address it checked. Follows no redirect: a 3xx is returned as it is.
 *
 * Rejects with `forbidden` (the address may not be reached), `unavailable` (nothing was sent), `too-large` (the answer
 * was); any other error means that the request may have been taken and its answer was lost.
 */
export function createGuardedFetch(options: GuardedFetchOptions): ChannelDeps["fetch"] {
  const guard = new AddressGuard(options.allowPrivate);
  const { maxBytes = 256 * 1024, resolve = resolveByDns } = options;

  async function choose(text: string): Promise<Target> {
    const url = URL.parse(text);
    if (url === null || !/^https?:$/.test(url.protocol))
      throw new LinliError("forbidden", "not an http or https address");
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const addresses =
      isIP(host) > 0
        ? [host]
        : await resolve(host).catch((error: unknown) => {
            throw new LinliError("unavailable", `${host} cannot be resolved`, { cause: error });
          });
    const address = addresses.find((candidate) => guard.allows(host, candidate));
    if (address !== undefined) return { url, address };
    if (addresses.length === 0) throw new LinliError("unavailable", `${host} has no address`);
    throw new LinliError("forbidden", `${host} is at ${addresses.join(", ")}, which may not be reached unless allowed`);
  }

  return async (text, init) => {
    const deadline = AbortSignal.timeout(init.timeoutMs);
    const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
    const target = await endingWith(choose(text), signal);
    return send(target, init, { signal, maxBytes });
  };
}

/** The name service cannot be told to stop; it is no longer waited for. */
async function endingWith<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new LinliError("unavailable", "not resolved in time"));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

interface Bounds {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

function send({ url, address }: Target, init: RequestInit, { signal, maxBytes }: Bounds): Promise<Response> {
  const pinned: LookupFunction = (_host, options, answer) => {
    const family = isIP(address);
    if (options.all) answer(null, [{ address, family }]);
    else answer(null, address, family);
  };
  const secure = url.protocol === "https:";
  const body = bytesOf(init.body);
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  let connected = false;
  const request = (secure ? requestHttps : requestHttp)(url, {
    method: init.method ?? "GET",
    headers: { ...Object.fromEntries(new Headers(init.headers)), "content-length": String(body.byteLength) },
    lookup: pinned,
    agent: false,
    signal,
  });
  request.once("socket", (socket) => {
    socket.once(secure ? "secureConnect" : "connect", () => {
      connected = true;
    });
  });
  request.once("error", (error) => {
    if (connected) reject(new Error(`the answer was lost: ${reasonOf(error, signal)}`, { cause: error }));
    else reject(new LinliError("unavailable", `no connection: ${reasonOf(error, signal)}`, { cause: error }));
  });
  request.once("response", (response) => {
    readBody(response, maxBytes).then(
      (bytes) => resolve(responseOf(response, bytes)),
      (error: unknown) => {
        request.destroy();
        reject(error);
      },
    );
  });
  request.end(body);
  return promise;
}

function reasonOf(error: Error, signal: AbortSignal): string {
  return signal.aborted ? "time is up" : ((error as NodeJS.ErrnoException).code ?? error.message);
}

function bytesOf(body: RequestInit["body"]): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  throw new TypeError("a body is text or bytes");
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new LinliError("too-large", `the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function responseOf(response: IncomingMessage, bytes: Uint8Array<ArrayBuffer>): Response {
  const status = response.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers)) {
    for (const line of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, line);
  }
  if (status < 200 || status > 599) throw new Error(`HTTP status ${status}`);
  return new Response(status === 204 || status === 205 || status === 304 ? null : bytes, { status, headers });
}
