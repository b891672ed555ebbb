import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { type LiveStore, type LiveView, UNKNOWN_AFTER_MS } from "./live-store.ts";

const LiveContext = createContext<LiveStore | undefined>(undefined);
export const LiveProvider = LiveContext.Provider;

/** What is known of the devices now; renders again when it changes. */
export function useLive(): LiveView {
  const store = useContext(LiveContext);
  if (!store) throw new Error("useLive outside of LiveProvider");
  return useSyncExternalStore(store.subscribe, store.view);
}

/** This browser's clock, moving once a second. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Whether what is shown may still be taken for what is: false a minute after the stream fell silent. */
export function isKnown({ status, heardAt }: Pick<LiveView, "status" | "heardAt">, now: number): boolean {
  return status !== "lost" || now - heardAt < UNKNOWN_AFTER_MS;
}
