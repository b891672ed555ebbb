import type { Duplex } from "node:stream";
import type { Clock } from "@linli/runtime";
import type { Aedes, Client } from "aedes";
import { decide, type Relations } from "./acl.ts";
import type { CommandDelivery } from "./command-delivery.ts";
import type { Door } from "./door.ts";
import { Inlet } from "./inlet.ts";
import type { JournalIntake } from "./journal-intake.ts";
import type { MessageRates } from "./message-rates.ts";
import { PacketScanner } from "./packet-scanner.ts";
import { principalKey } from "./principal.ts";
import type { Refusals } from "./refusals.ts";
import type { EndReason, Session, SessionClient } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import type { Valve } from "./valve.ts";

export interface ConnectionParts {
  readonly aedes: Aedes;
  readonly door: Door;
  readonly valve: Valve;
  readonly intake: JournalIntake;
  readonly sessions: Sessions;
  readonly commands: CommandDelivery;
  readonly refusals: Refusals;
  readonly rates: MessageRates;
  readonly relations: Relations;
  readonly clock: Clock;
  readonly maxPacketBytes: number;
  /** Session ids begin with it: unique over all starts of the broker. */
  readonly epoch: string;
}

/** Makes a session of a connection that has sent its CONNECT, and sees it to its end. */
export class Connections {
  readonly #parts: ConnectionParts;
  #count = 0;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    parts.aedes.on("client", (client) => this.#loggedIn(client));
    parts.aedes.on("clientReady", (client) => {
      parts.door.settled(client.conn);
      (client as SessionClient).session?.inlet.begin();
    });
  }

  enter(conn: Duplex, address: string, connectBytes: number): void {
    const { aedes, valve, maxPacketBytes } = this.#parts;
    const scanner = new PacketScanner(maxPacketBytes);
    const inlet = new Inlet(conn, {
      valve,
      scanner,
      connectBytes,
      violated: (violation) => this.#violated(session, violation),
      published: (count) => this.#published(session, count),
    });
    const client = aedes.handle(conn) as SessionClient;
    const session: Session = {
      id: `${this.#parts.epoch}-${++this.#count}`,
      address,
      inlet,
      client,
      principal: undefined,
      expiresAt: null,
      clientId: "",
      will: undefined,
      open: false,
      ended: false,
      endReason: undefined,
      pending: 0,
      acks: [],
      draining: false,
      lastTopic: "",
      lastVerdict: "unknown-topic",
      lastSeq: -1,
      commandDevices: new Map(),
      filters: new Set(),
    };
    client.session = session;
    conn.once("close", () => this.#closed(session, scanner.disconnected));
  }

  #loggedIn(client: Client): void {
    const session = (client as SessionClient).session;
    if (!session?.principal || session.ended) return;
    const { sessions, intake } = this.#parts;
    session.open = true;
    sessions.add(session);
    if (session.principal.type !== "device") return;
    const { clientId, address } = session;
    intake.event("connect", session.principal.id, session.id, { clientId, address });
  }

  #closed(session: Session, disconnected: boolean): void {
    const { sessions, intake, commands } = this.#parts;
    session.ended = true;
    session.inlet.close();
    if (!session.open || !session.principal) return;
    sessions.remove(session);
    commands.forget(session);
    if (session.principal.type !== "device") return;
    const reason: EndReason = session.endReason ?? (disconnected ? "clean" : "lost");
    if (reason === "lost") this.#publishWill(session, session.principal.id);
    intake.event("disconnect", session.principal.id, session.id, { reason });
  }

  /** The last will of a session that was lost: a message like any other, under the same rules. */
  #publishWill({ will, principal, address }: Session, deviceId: string): void {
    if (!will || !principal) return;
    const { relations, intake, refusals } = this.#parts;
    const verdict = decide(relations, principal, "publish", will.topic);
    if (verdict === "allowed") intake.message("publish", deviceId, will, () => {});
    else
      refusals.refuse({
        action: "acl.denied",
        reason: verdict,
        address,
        who: deviceId,
        subject: will.topic.slice(0, 200),
      });
  }

  #violated(session: Session, reason: string): void {
    const { refusals } = this.#parts;
    session.endReason ??= "refused";
    const who = session.principal?.id ?? session.address;
    refusals.refuse({ action: "connection.refused", reason, address: session.address, who });
    session.client.conn.destroy();
  }

  #published(session: Session, count: number): void {
    if (!session.principal) return;
    const { rates, clock } = this.#parts;
    const silence = rates.take(principalKey(session.principal), count, clock.monotonic());
    if (silence === 0) return;
    session.inlet.pause("rate");
    clock.after(silence, () => session.inlet.resume("rate"));
  }
}
