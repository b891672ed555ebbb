import { type Role, roleAtLeast, type Who } from "@linli/model";

/** Whether somebody holds a role at a place, given from the top down. The server has the last word. */
export function mayAt(who: Pick<Who, "grants">, role: Role, path: readonly { readonly id: string }[]): boolean {
  return who.grants.some(
    (grant) => roleAtLeast(grant.role, role) && (grant.placeId === null || path.some(({ id }) => id === grant.placeId)),
  );
}
