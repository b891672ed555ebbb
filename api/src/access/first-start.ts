import { hashPassword, newPassword } from "@linli/runtime";
import type { AccessStore } from "@linli/stores";

const ADMIN = "admin";

/**
 * Makes the first person, `admin`, in a store that has none, or gives it the password that a start cut short left out.
 * Returns the password when it was made up here: it must be shown, once, and is kept nowhere.
 */
export async function ensureAdmin(
  access: AccessStore,
  givenPassword: string | undefined,
  now: number,
): Promise<string | undefined> {
  const author = { id: "first-start", type: "system", at: now } as const;
  const people = await access.people();
  if (people.length > 0 && !people.some(({ id }) => id === ADMIN)) return undefined;
  if (people.length === 0) {
    const grants = [{ role: "admin", placeId: null } as const];
    const person = { id: ADMIN, name: "管理员", grants, language: "zh-CN", createdAt: now, disabledAt: null } as const;
    await access.putPerson({ ...person, grants }, author);
  } else if ((await access.passwordHash(ADMIN)) !== undefined) {
    return undefined;
  }
  const password = givenPassword ?? newPassword();
  await access.setPassword(ADMIN, await hashPassword(password), author);
  return givenPassword === undefined ? password : undefined;
}
