import { describe, expect, it } from "vitest";
import type { ApiToken, Session } from "../access.ts";
import type { StateStore } from "../port.ts";
import { ALL, at, author, device, everyPage, NOW, person, plant, refusal, sha256 } from "./fixtures.ts";

function session(id: string, personId: string, more: Partial<Session> = {}): Session {
  return { id, personId, hash: sha256(id), createdAt: NOW, expiresAt: NOW + 1_000, userAgent: "Firefox", ...more };
}

function token(id: string, more: Partial<ApiToken> = {}): ApiToken {
  const grants = [{ role: "viewer" as const, placeId: null }];
  return {
    id,
    name: id,
    hash: sha256(id),
    grants,
    createdAt: NOW,
    createdBy: "wang",
    expiresAt: null,
    revokedAt: null,
    ...more,
  };
}

export function accessContract(store: () => StateStore): void {
  describe("people", () => {
    it("are kept with their grants, and their password apart", async () => {
      const { access } = store();
      await plant(store());
      const li = person("li", { name: "李", grants: [{ role: "crew", placeId: "east" }] });
      await access.putPerson(li, author);
      expect(await access.passwordHash("li")).toBeUndefined();
      await access.setPassword("li", "scrypt$1$2$3$x$y", author);
      await access.putPerson({ ...li, language: "en" }, author);
      expect(await access.people()).toEqual([{ ...li, language: "en" }]);
      expect(await access.passwordHash("li")).toBe("scrypt$1$2$3$x$y");
      await refusal(access.setPassword("nobody", "x", author), "not-found");
      const wrong = person("x", { grants: [{ role: "crew", placeId: "nowhere" }] });
      expect(await refusal(access.putPerson(wrong, author), "invalid")).toContain("nowhere");
    });

    it("are signed out by a new password, by being disabled, and on request", async () => {
      const { access } = store();
      await access.putPerson(person("li"), author);
      const open = async (id: string) => (await access.sessionByHash(sha256(id))) !== undefined;
      const sign = (id: string) => access.createSession(session(id, "li"));

      await sign("s1");
      await sign("s2");
      await access.endSession("s1");
      expect([await open("s1"), await open("s2")]).toEqual([false, true]);
      await access.setPassword("li", "hash", author);
      expect(await open("s2")).toBe(false);
      await sign("s3");
      await access.endSessions("li");
      expect(await open("s3")).toBe(false);
      await sign("s4");
      await access.putPerson(person("li", { disabledAt: NOW }), author);
      expect(await open("s4")).toBe(false);
      await refusal(access.createSession(session("s5", "nobody")), "not-found");
    });

    it("have sessions that come back as given, until a later one finds them run out", async () => {
      const { access } = store();
      await access.putPerson(person("li"), author);
      await access.createSession(session("s1", "li"));
      expect(await access.sessionByHash(sha256("s1"))).toMatchObject({
        id: "s1",
        personId: "li",
        userAgent: "Firefox",
      });
      await access.createSession(session("s2", "li", { createdAt: NOW + 1_000, expiresAt: NOW + 2_000 }));
      expect(await access.sessionByHash(sha256("s1"))).toBeUndefined();
    });
  });

  describe("API tokens", () => {
    it("are found by hash and say when they were revoked", async () => {
      const { access } = store();
      await access.createToken(token("grafana"), author);
      expect(await access.tokenByHash(sha256("grafana"))).toMatchObject({ id: "grafana", revokedAt: null });
      expect(await access.tokenByHash(sha256("other"))).toBeUndefined();
      await access.revokeToken("grafana", at(NOW + 1));
      expect(await access.tokenByHash(sha256("grafana"))).toMatchObject({ revokedAt: NOW + 1 });
      expect(await access.tokens()).toHaveLength(1);
      await refusal(access.createToken(token("grafana", { hash: sha256("x") }), author), "conflict");
      await refusal(access.createToken(token("again", { hash: sha256("grafana") }), author), "conflict");
      await refusal(access.revokeToken("none", author), "not-found");
    });
  });

  describe("the audit log", () => {
    it("has a line for every change a person makes, with what it was and what it is", async () => {
      const { registry, access, commands } = store();
      await plant(store());
      const lines = async () => (await access.audit({}, ALL)).total;
      const expectOneLine = async (action: string, change: () => Promise<unknown>) => {
        const before = await lines();
        await change();
        const page = await access.audit({}, { limit: 1 });
        expect([page.total - before, page.items[0]?.action]).toEqual([1, action]);
        expect(page.items[0]).toMatchObject({ authorId: "wang", authorType: "person", address: "10.0.0.7", at: NOW });
      };
      await expectOneLine("device.create", () => registry.createDevice(device("l1"), author));
      await expectOneLine("device.update", () => registry.updateDevice("l1", 1, { name: "New" }, author));
      const update = (await access.audit({ action: "device.update" }, ALL)).items[0];
      expect(update).toMatchObject({ target: "l1", detail: { name: { before: "Lift l1", after: "New" } } });
      const { id } = await registry.issueCredential("l1", sha256("t"), null, author);
      await expectOneLine("credential.revoke", () => registry.revokeCredential(id, author));
      await expectOneLine("person.create", () => access.putPerson(person("li"), author));
      await expectOneLine("person.password", () => access.setPassword("li", "hash", author));
      await expectOneLine("token.create", () => access.createToken(token("t1"), author));
      await expectOneLine("token.revoke", () => access.revokeToken("t1", author));
      const order = { id: "c1", deviceId: "l1", name: "restart", args: {}, expiresAt: NOW + 1 };
      await expectOneLine("command.create", () => commands.create(order, author));
      await expectOneLine("command.cancel", () => commands.cancel("c1", author));
      await expectOneLine("device.retire", () => registry.retireDevice("l1", author));
      await expectOneLine("place.remove", () => registry.removePlace("b2", author));
      await expectOneLine("login.failed", () =>
        access.recordAudit(author, "login.failed", "li", { reason: "password" }),
      );
    });

    it("is filtered and paged, newest first", async () => {
      const { access } = store();
      for (let minute = 0; minute < 7; minute += 1) {
        const who = { id: minute % 2 ? "li" : "wang", type: "person" as const, at: NOW + minute };
        await access.recordAudit(who, "acl.denied", `topic-${minute}`, null);
      }
      const targets = async (filter: Parameters<typeof access.audit>[0]) =>
        (await everyPage((page) => access.audit(filter, page), 2)).map((line) => line.target);
      expect(await targets({ authorId: "li" })).toEqual(["topic-5", "topic-3", "topic-1"]);
      expect(await targets({ from: NOW + 2, to: NOW + 4 })).toEqual(["topic-3", "topic-2"]);
      expect(await targets({ target: "topic-6", action: "acl.denied" })).toEqual(["topic-6"]);
      expect(await targets({ action: "login" })).toEqual([]);
    });
  });
}
