import { LinliError } from "@linli/model";
import type { LeaseStore } from "../leases.ts";
import type { Connection } from "./connection.ts";

function find(connection: Connection, role: string) {
  return connection.first(connection.query.selectFrom("leases").selectAll().where("role", "=", role));
}

/** Refuses (`conflict`) what an owner of an older epoch still tries; belongs into its write transaction. */
export function assertEpoch(connection: Connection, role: string, epoch: number): void {
  const lease = find(connection, role);
  if (lease?.epoch === epoch) return;
  throw new LinliError(
    "conflict",
    `${role} epoch ${epoch} is over: ${lease?.owner ?? "nobody"} has ${lease?.epoch ?? 0}`,
  );
}

export function createLeases(connection: Connection): LeaseStore {
  const { query } = connection;
  return {
    acquire: (role, owner, now, ttlMs) =>
      connection.write(() => {
        const lease = find(connection, role);
        if (lease && lease.owner !== owner && lease.expires_at > now) {
          throw new LinliError(
            "conflict",
            `${role} is taken: ${lease.owner} holds it for ${lease.expires_at - now} ms more`,
          );
        }
        const row = { owner, epoch: (lease?.epoch ?? 0) + 1, expires_at: now + ttlMs };
        const insert = query.insertInto("leases").values({ role, ...row });
        connection.run(insert.onConflict((conflict) => conflict.column("role").doUpdateSet(row)));
        return row.epoch;
      }),
    renew: (role, owner, now, ttlMs) =>
      connection.write(() => {
        const lease = find(connection, role);
        // released means given up: its end is 0
        if (lease?.owner !== owner || lease.expires_at === 0) {
          throw new LinliError("conflict", `${role} was lost to ${lease?.owner ?? "nobody"}`);
        }
        connection.run(
          query
            .updateTable("leases")
            .set({ expires_at: now + ttlMs })
            .where("role", "=", role),
        );
      }),
    release: (role, owner) =>
      connection.write(() => {
        const mine = query.updateTable("leases").set({ expires_at: 0 }).where("role", "=", role);
        connection.run(mine.where("owner", "=", owner));
      }),
  };
}
