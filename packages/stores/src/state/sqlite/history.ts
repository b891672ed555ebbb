import { HISTORY_START, type HistoryPosition, type HistoryStore } from "../history.ts";
import type { Connection } from "./connection.ts";
import { eventOf } from "./events.ts";
import { transitionOf } from "./watch.ts";

const END = "select (select max(arrival) from events) as event, (select max(seq) from transitions) as transition";

function readPosition(connection: Connection, follower: string): HistoryPosition {
  const chosen = connection.query.selectFrom("history_positions").select(["event", "transition"]);
  const row = connection.first(chosen.where("follower", "=", follower));
  return row === undefined ? HISTORY_START : { event: row.event, transition: row.transition };
}

function readEnd(connection: Connection): HistoryPosition {
  const { event, transition } = connection.statement(END).get() ?? {};
  return { event: Number(event ?? 0), transition: Number(transition ?? 0) };
}

export function createHistory(connection: Connection): HistoryStore {
  const { query } = connection;
  return {
    position: (follower) => connection.read(() => readPosition(connection, follower)),
    end: () => connection.read(() => readEnd(connection)),
    after: ({ event, transition }, limit) =>
      connection.read(() => {
        const events = connection.all(
          query.selectFrom("events").selectAll().where("arrival", ">", event).orderBy("arrival").limit(limit),
        );
        const transitions = connection.all(
          query.selectFrom("transitions").selectAll().where("seq", ">", transition).orderBy("seq").limit(limit),
        );
        return {
          events: events.map(eventOf),
          transitions: transitions.map(transitionOf),
          next: { event: events.at(-1)?.arrival ?? event, transition: transitions.at(-1)?.seq ?? transition },
        };
      }),
    moveTo: (follower, { event, transition }) =>
      connection.write(() => {
        const row = { event, transition };
        const insert = query.insertInto("history_positions").values({ follower, ...row });
        connection.run(insert.onConflict((conflict) => conflict.column("follower").doUpdateSet(row)));
      }),
  };
}
