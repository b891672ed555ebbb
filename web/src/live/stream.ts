import { type DeviceState, ROUTES, type StreamEvents } from "@linli/model";
import type { QueryClient } from "@tanstack/react-query";
import { loadStates } from "../client/queries.ts";
import { type LiveStore, LOST_AFTER_MS } from "./live-store.ts";
import { Refresher } from "./refresher.ts";

const CHECK_MS = 1_000;
/** The browser's own retry gives up after an HTTP error; ours does not. */
const RECONNECT_MS = 3_000;

/** Which lists a change makes old. */
const QUERY_OF_TOPIC: Readonly<Record<string, readonly string[]>> = {
  device: ["devices"],
  place: ["places"],
  platform: ["platform"],
  session: ["who"],
  person: ["who"],
};
/** Alerts come in storms: their lists are read again at most so often. */
const ALERTS_PAUSE_MS = 500;

const ALERT_TOPICS: ReadonlySet<string> = new Set(["alert", "alert-action", "incident"]);

/** Keeps the store and the lists current over one event stream until the result is called. */
export function followStream(store: LiveStore, queries: QueryClient): () => void {
  let source: EventSource | undefined;
  let reconnect: ReturnType<typeof setTimeout> | undefined;
  let lastId: string | undefined;

  /** What the stream told while everything was loaded: it is not older than what was loaded. */
  let meanwhile: DeviceState[] | undefined;

  const alerts = new Refresher(
    () => queries.invalidateQueries({ queryKey: ["alerts"] }),
    () => new Promise((resolve) => setTimeout(resolve, ALERTS_PAUSE_MS)),
  );

  const reload = async () => {
    const told: DeviceState[] = [];
    meanwhile = told;
    try {
      store.replace(await loadStates());
      store.patch(told);
      if (meanwhile === told) meanwhile = undefined;
      await queries.invalidateQueries();
    } catch {
      // a stream without what it continues from is worth nothing: begin again
      source?.close();
      store.lost();
      clearTimeout(reconnect);
      reconnect = setTimeout(open, RECONNECT_MS);
    }
  };
  const listen = <Name extends keyof StreamEvents>(name: Name, handle: (data: StreamEvents[Name]) => void) =>
    source?.addEventListener(name, (event) => {
      const { data, lastEventId } = event as MessageEvent<string>;
      if (lastEventId) lastId = lastEventId;
      store.heard(Date.now());
      handle(JSON.parse(data) as StreamEvents[Name]);
    });

  function open(): void {
    const resume = lastId === undefined ? "" : `?lastEventId=${encodeURIComponent(lastId)}`;
    source = new EventSource(ROUTES.streamEvents.path + resume);
    listen("hello", () => void reload());
    listen("reset", () => void reload());
    listen("heartbeat", ({ at }) => store.heard(Date.now(), at));
    listen("state", (states: readonly DeviceState[]) => {
      meanwhile?.push(...states);
      store.patch(states);
    });
    listen("change", ({ topic }) => {
      if (ALERT_TOPICS.has(topic)) alerts.ask();
      const queryKey = QUERY_OF_TOPIC[topic];
      if (queryKey) void queries.invalidateQueries({ queryKey });
    });
    source.addEventListener("error", () => {
      store.lost();
      if (source?.readyState !== EventSource.CLOSED) return;
      reconnect = setTimeout(open, RECONNECT_MS);
      void queries.invalidateQueries({ queryKey: ["who"] });
    });
  }
  open();
  const watch = setInterval(() => {
    const { status, heardAt } = store.view();
    if (status === "live" && Date.now() - heardAt > LOST_AFTER_MS) store.lost();
  }, CHECK_MS);
  return () => {
    clearInterval(watch);
    clearTimeout(reconnect);
    source?.close();
  };
}
