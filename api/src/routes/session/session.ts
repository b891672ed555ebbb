import { LinliError, ROUTES } from "@linli/model";
import { hashPassword } from "@linli/runtime";
import type { FastifyInstance } from "fastify";
import { SESSION_COOKIE } from "../../access/guard.ts";
import { authorOf, type Identity, whoOf } from "../../access/identity.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

function assertPerson(who: Identity): void {
  if (who.type !== "person") throw new LinliError("forbidden", "a token has no sessions and no password");
}

export function registerSession(server: FastifyInstance, parts: Parts): void {
  const { access } = parts.state;

  serve(server, parts, ROUTES.whoAmI, async ({ who }) => whoOf(who));

  serve(server, parts, ROUTES.signOut, async ({ who, reply }) => {
    if (who.sessionId !== null) await access.endSession(who.sessionId);
    reply.clearCookie(SESSION_COOKIE, { path: "/" });
  });

  serve(server, parts, ROUTES.signOutEverywhere, async ({ who, reply }) => {
    assertPerson(who);
    await access.endSessions(who.id);
    reply.clearCookie(SESSION_COOKIE, { path: "/" });
  });

  serve(server, parts, ROUTES.changePassword, async ({ who, body, request, reply }) => {
    assertPerson(who);
    await parts.signIn.confirm(who.id, body.current, request.ip);
    const author = authorOf(who, request.ip, parts.clock.now());
    await access.setPassword(who.id, await hashPassword(body.password), author);
    reply.clearCookie(SESSION_COOKIE, { path: "/" });
  });
}
