import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Message } from "@linli/model";

/** A message as it arrived, whether or not its sender heard so. */
export interface Arrival {
  readonly id: string;
  readonly message: Message;
  /** By `performance.now()`. */
  readonly at: number;
}

/** What the receiver does with a request: takes it, refuses it for now, or takes it and is gone before it says so. */
export type Manner = "take" | "busy" | "lose";

/** A program on the other end of a webhook that keeps what it got. */
export class AlertReceiver {
  readonly arrivals: Arrival[] = [];
  refused = 0;
  lost = 0;
  private readonly server: Server;

  private constructor(manner: () => Manner) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const how = manner();
        if (how === "busy") {
          this.refused += 1;
          response.writeHead(500).end();
          return;
        }
        const { data } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { data: Message };
        this.arrivals.push({ id: String(request.headers["webhook-id"]), message: data, at: performance.now() });
        if (how === "take") response.writeHead(204).end();
        else {
          this.lost += 1;
          request.socket.destroy();
        }
      });
      request.on("error", () => {});
    });
  }

  static async start(manner: () => Manner): Promise<AlertReceiver> {
    const receiver = new AlertReceiver(manner);
    await new Promise<void>((resolve) => receiver.server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/alerts`;
  }

  /** When the first message of an alert whose id begins so came, by `performance.now()`. */
  arrivedAt(alert: string): number | undefined {
    return this.arrivals.find(({ message }) => message.alerts.some(({ id }) => id.startsWith(alert)))?.at;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
