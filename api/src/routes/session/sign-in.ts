import { ROUTES } from "@linli/model";
import type { FastifyInstance } from "fastify";
import { SESSION_COOKIE } from "../../access/guard.ts";
import { whoOf } from "../../access/identity.ts";
import { assertSameOrigin } from "../../access/same-origin.ts";
import { SESSION_LIFE } from "../../access/sign-in.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

/** A sign-in costs a slow hash: an address may ask for so many a minute. */
const rateLimit = { max: 60, timeWindow: 60_000 };

export function registerSignIn(server: FastifyInstance, parts: Parts): void {
  serve(
    server,
    parts,
    ROUTES.signIn,
    async ({ body, request, reply }) => {
      assertSameOrigin(request);
      const userAgent = String(request.headers["user-agent"] ?? "").slice(0, 200);
      const { secret } = await parts.signIn.open(body.name, body.password, { address: request.ip, userAgent });
      const who = await parts.authenticator.bySession(secret);
      if (!who) throw new Error("a session that was just opened is not found");
      const secure = request.protocol === "https";
      const maxAge = SESSION_LIFE / 1_000;
      reply.setCookie(SESSION_COOKIE, secret, { path: "/", httpOnly: true, sameSite: "strict", secure, maxAge });
      return whoOf(who);
    },
    { config: { rateLimit } },
  );
}
