import { randomUUID } from "node:crypto";
import type { Clock } from "@linli/runtime";
import type { AuthenticateError, Client, ConnectPacket } from "aedes";
import { type Identities, identify, type Login, type LoginDenial } from "./login.ts";
import type { LoginBackoff } from "./login-backoff.ts";
import { principalKey } from "./principal.ts";
import type { Refusals } from "./refusals.ts";
import type { Session, SessionClient } from "./session.ts";
import type { Sessions } from "./sessions.ts";

const MAX_CLIENT_ID_LENGTH = 256;
const MAX_WILL_BYTES = 8 << 10;
/** CONNACK of MQTT 5 §3.2 with reason 0x84, "unsupported protocol version". */
const CONNACK_V5_UNSUPPORTED = Buffer.from([0x20, 0x03, 0x00, 0x84, 0x00]);

export interface DeskOptions {
  readonly identities: Identities;
  readonly clock: Clock;
  readonly backoff: LoginBackoff;
  readonly refusals: Refusals;
  readonly sessions: Sessions;
  /** False while no message could be made durable: then nobody is let in. */
  readonly accepting: () => boolean;
  /** Reads the changes that were made until now: a credential may be younger than the last look. */
  readonly catchUp: () => Promise<void>;
}

interface Arrival {
  readonly login: Login;
  readonly user: string;
}

function unusable(packet: ConnectPacket): Login | undefined {
  const { clientId, clean, will } = packet;
  if (clientId === "" && !clean) return { ok: false, reason: "bad-client-id", returnCode: 2 };
  if (clientId.length > MAX_CLIENT_ID_LENGTH || clientId.includes("\0")) {
    return { ok: false, reason: "bad-client-id", returnCode: 2 };
  }
  if (will && will.payload.length > MAX_WILL_BYTES) return { ok: false, reason: "will-too-large", returnCode: 5 };
  return undefined;
}

/**
 * Where a CONNECT is looked at, before Aedes makes a session of it: who is it, and under which client id. Client ids
 * belong to the principal: two devices may both be "esp32", and nobody can push another's session out. The will is taken
 * out of Aedes' hands, whose sweep of wills would trust the wall clock.
 */
export class LoginDesk {
  readonly #options: DeskOptions;
  readonly #arrivals = new WeakMap<Session, Arrival>();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Aedes' `preConnect`. */
  arrive(client: Client, packet: ConnectPacket, proceed: (error: Error | null, ok: boolean) => void): void {
    const session = (client as SessionClient).session;
    if (!session) return proceed(new Error("no session"), false);
    if (packet.protocolVersion === 5) {
      this.#refuse(session, packet.username ?? "", "protocol-version");
      client.conn.end(CONNACK_V5_UNSUPPORTED);
      return proceed(null, false);
    }
    this.#login(packet).then(
      (login) => {
        this.#arrived(session, packet, login);
        proceed(null, true);
      },
      (error: Error) => proceed(error, false),
    );
  }

  /** Aedes' `authenticate`: the answer to what was found at arrival. */
  answer(client: Client, done: (error: AuthenticateError | null, ok: boolean | null) => void): void {
    const session = (client as SessionClient).session;
    const arrival = session && this.#arrivals.get(session);
    if (!session || !arrival) return done(null, false);
    const { login, user } = arrival;
    const { sessions, clock, backoff } = this.#options;
    if (login.ok) {
      const before = sessions.holding(client.id, principalKey(login.principal));
      if (before) before.endReason ??= "taken-over";
      return done(null, true);
    }
    const { reason, returnCode } = login;
    this.#refuse(session, user, reason);
    const answer = () => done(Object.assign(new Error(reason), { returnCode }) as unknown as AuthenticateError, null);
    const guessing = reason === "unknown-token" || reason === "wrong-device" || reason === "no-credentials";
    const delay = guessing ? backoff.failed(session.address, clock.monotonic()) : 0;
    if (delay === 0) answer();
    else clock.after(delay, answer);
  }

  async #login(packet: ConnectPacket): Promise<Login> {
    const { accepting, identities, clock, catchUp } = this.#options;
    if (!accepting()) return { ok: false, reason: "unavailable", returnCode: 3 };
    const problem = unusable(packet);
    if (problem) return problem;
    const identifyNow = () => identify(identities, packet.username, packet.password?.toString(), clock.now());
    const login = await identifyNow();
    if (login.ok || login.reason !== "unknown-token") return login;
    await catchUp();
    return identifyNow();
  }

  #arrived(session: Session, packet: ConnectPacket, login: Login): void {
    session.clientId = packet.clientId;
    if (login.ok) {
      session.principal = login.principal;
      session.expiresAt = login.expiresAt;
      if (packet.will) session.will = { topic: packet.will.topic, payload: packet.will.payload as Buffer };
      packet.clientId = `${principalKey(login.principal)}\0${packet.clientId || randomUUID()}`;
    } else {
      packet.clientId = `refused\0${session.id}`;
    }
    delete packet.will;
    // whoever named itself by its token is not named in a log
    const user = packet.password?.length ? (packet.username ?? "") : "";
    this.#arrivals.set(session, { login, user });
  }

  #refuse(session: Session, user: string, reason: LoginDenial | "protocol-version"): void {
    const who = user.slice(0, 64) || session.address;
    this.#options.refusals.refuse({ action: "login.refused", reason, address: session.address, who });
  }
}
