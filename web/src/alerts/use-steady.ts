import type { AlertItem } from "@linli/model";
import { type RefObject, useEffect, useRef, useState } from "react";
import { holdSteady, letGo, type SteadyList, type SteadyRow } from "./steady-list.ts";

const TOP_PX = 8;

/** Whether somebody is in the middle of the list: scrolled down, pointing at it, or with the keyboard in it. */
function isInUse(list: HTMLElement | null): boolean {
  return window.scrollY > TOP_PX || Boolean(list?.matches(":hover, :focus-within"));
}

/**
 * The list as it may stand on the screen: it follows what is new only while nobody is in the middle of it. `key` is what
 * the list is of: another key begins anew.
 */
export function useSteady(
  fresh: readonly AlertItem[],
  key: string,
  list: RefObject<HTMLElement | null>,
): SteadyList & { readonly release: () => void } {
  const [held, setHeld] = useState<{ key: string; rows: readonly SteadyRow[] }>({ key, rows: [] });
  const last = useRef(fresh);
  const [released, setReleased] = useState(0);
  const seen = useRef({ key, released });
  useEffect(() => {
    const anew = seen.current.key !== key || seen.current.released !== released;
    if (!anew && last.current === fresh && held.rows.length > 0) return;
    seen.current = { key, released };
    last.current = fresh;
    setHeld((before) => ({
      key,
      rows: (anew || before.rows.length === 0 || !isInUse(list.current) ? letGo(fresh) : holdSteady(before.rows, fresh))
        .rows,
    }));
  }, [fresh, key, released, list, held.rows.length]);
  const shown = held.key === key ? holdSteady(held.rows, fresh) : letGo(fresh);
  return { ...(held.rows.length === 0 ? letGo(fresh) : shown), release: () => setReleased((times) => times + 1) };
}
