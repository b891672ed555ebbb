import { type Grant, LinliError, type Person, ROUTES } from "@linli/model";
import { hashPassword } from "@linli/runtime";
import type { FastifyInstance } from "fastify";
import { authorOf } from "../../access/identity.ts";
import { invalidField } from "../../errors/api-error.ts";
import type { Parts } from "../../parts.ts";
import { serve } from "../../serve.ts";

/** A grant at a place that is not there would silently give nothing. */
export function assertGrants(parts: Parts, grants: readonly Grant[]): void {
  const wrong = grants.find(({ placeId }) => placeId !== null && !parts.registry.place(placeId));
  if (wrong) throw invalidField("grants", "no such place", wrong.placeId);
}

const isAdmin = ({ grants, disabledAt }: Person) =>
  disabledAt === null && grants.some(({ role, placeId }) => role === "admin" && placeId === null);

/** Somebody has to be left who can let people in. */
async function assertAdminLeft(parts: Parts, changed: Person): Promise<void> {
  const others = (await parts.state.access.people()).filter(({ id }) => id !== changed.id);
  if (![...others, changed].some(isAdmin)) throw new LinliError("conflict", "the last administrator has to stay one");
}

export function registerPeople(server: FastifyInstance, parts: Parts): void {
  const { access } = parts.state;

  serve(server, parts, ROUTES.listPeople, async () => ({ items: [...(await access.people())] }));

  serve(server, parts, ROUTES.listNames, async () => {
    const enabled = (await access.people()).filter(({ disabledAt }) => disabledAt === null);
    return { items: enabled.map(({ id, name }) => ({ id, name })) };
  });

  serve(server, parts, ROUTES.createPerson, async ({ body, who, request }) => {
    const { password, ...given } = body;
    if (await access.person(given.id)) throw new LinliError("conflict", `there is a person ${given.id} already`);
    assertGrants(parts, given.grants);
    const now = parts.clock.now();
    const author = authorOf(who, request.ip, now);
    const person = { ...given, createdAt: now, disabledAt: null };
    const hash = await hashPassword(password);
    await access.putPerson(person, author);
    await access.setPassword(person.id, hash, author);
    return person;
  });

  serve(server, parts, ROUTES.changePerson, async ({ params, body, who, request }) => {
    const known = await access.person(params.id);
    if (!known) throw new LinliError("not-found", `no such person: ${params.id}`);
    const now = parts.clock.now();
    const { password, disabled = known.disabledAt !== null, ...given } = body;
    const disabledAt = disabled ? (known.disabledAt ?? now) : null;
    const { name = known.name, grants = known.grants, language = known.language } = given;
    const person = { ...known, name, grants, language, disabledAt };
    assertGrants(parts, person.grants);
    await assertAdminLeft(parts, person);
    const author = authorOf(who, request.ip, now);
    const hash = password === undefined ? undefined : await hashPassword(password);
    await access.putPerson(person, author);
    if (hash !== undefined) await access.setPassword(person.id, hash, author);
    if (disabled) await access.endSessions(person.id);
    return person;
  });
}
