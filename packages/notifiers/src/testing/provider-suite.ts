import type { Message } from "@linli/model";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Delivery } from "../channel.ts";
import { AnsweringServer, type Reply } from "./answering-server.ts";
import { type Sample, samplesAt } from "./samples.ts";
import { sendBy } from "./send-by.ts";

interface Changes {
  readonly config?: object;
  readonly address?: object;
  readonly message?: Message;
}

/** A channel and its provider on this machine, for one test file. */
export function provider(id: string) {
  let server: AnsweringServer | undefined;
  const running = (): AnsweringServer => {
    if (server === undefined) throw new Error("the provider is not running");
    return server;
  };
  const sample = (): Sample => {
    const found = samplesAt(running().url).get(id);
    if (found === undefined) throw new Error(`no sample for ${id}`);
    return found;
  };
  beforeAll(async () => {
    server = await AnsweringServer.start();
  });
  afterAll(() => server?.stop());
  beforeEach(() => {
    running().received.length = 0;
    running().answering = () => sample().accepted;
  });
  return {
    get server() {
      return running();
    },
    sample,
    send(changes: Changes = {}): Promise<Delivery> {
      const { config, address } = sample();
      return sendBy(id, {
        config: { ...(config as object), ...changes.config },
        address: { ...(address as object), ...changes.address },
        ...(changes.message === undefined ? {} : { message: changes.message }),
      });
    },
    /** Sends once while the provider answers this. */
    async answered(reply: Reply): Promise<Delivery> {
      running().answering = () => reply;
      return this.send();
    },
  };
}
