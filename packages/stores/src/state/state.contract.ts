import { afterEach, beforeEach, describe } from "vitest";
import { accessContract } from "./contract/access.ts";
import { alertsContract } from "./contract/alerts.ts";
import { archiveContract } from "./contract/archive.ts";
import { arrangementsContract } from "./contract/arrangements.ts";
import { changesContract } from "./contract/changes.ts";
import { commandsContract } from "./contract/commands.ts";
import { credentialsContract } from "./contract/credentials.ts";
import { devicesContract } from "./contract/devices.ts";
import { historyContract } from "./contract/history.ts";
import { leasesContract } from "./contract/leases.ts";
import { notifyContract } from "./contract/notify.ts";
import { placesContract } from "./contract/places.ts";
import { rulesContract } from "./contract/rules.ts";
import { watchContract } from "./contract/watch.ts";
import type { StateStore } from "./port.ts";

/** Small bounds, so that a test can exceed them. */
export interface StoreBounds {
  readonly deadLettersMax?: number;
  readonly deadLettersMaxBytes?: number;
}

/** What every state store must do. `open` gives an empty one; whatever it makes on disk, it removes itself. */
export function stateContract(name: string, open: (options?: StoreBounds) => Promise<StateStore>): void {
  describe(`${name} state store`, () => {
    const opened: StateStore[] = [];
    const openOne = async (options?: StoreBounds) => {
      const store = await open(options);
      opened.push(store);
      return store;
    };
    const store = (): StateStore => {
      const [first] = opened;
      if (!first) throw new Error("not open");
      return first;
    };
    beforeEach(async () => {
      await openOne();
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
    });

    placesContract(store);
    devicesContract(store);
    credentialsContract(store);
    accessContract(store);
    leasesContract(store);
    watchContract(store);
    rulesContract(store);
    arrangementsContract(store);
    alertsContract(store);
    notifyContract(store);
    archiveContract(store, openOne);
    historyContract(store);
    commandsContract(store);
    changesContract(store);
  });
}
