import type { Device, Place } from "@linli/model";
import type { PlaceTree } from "../access/scope.ts";

/** Places and devices in memory: what rights, lists and streams are decided by. */
export interface Directory extends PlaceTree {
  place(id: string): Place | undefined;
  places(): Iterable<Place>;
  device(id: string): Device | undefined;
  devices(): Iterable<Device>;
  /** Takes over what changed in the store by now; called after each write of our own. */
  refresh(): Promise<unknown>;
}
