import type { DeviceState } from "@linli/model";
import {
  type Clock,
  type LiveAnswer,
  type LiveCall,
  localClient,
  type PublishStatesCall,
  socketPath,
} from "@linli/runtime";
import { Coalescer } from "./coalescer.ts";

/** Parts of watch's time; the pages come first, since somebody looks at them. */
const SHARE_OF_API = 0.15;
const SHARE_OF_BROKER = 0.05;

export interface LiveDeps {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly states: (deviceIds: Iterable<string>) => readonly DeviceState[];
  readonly allIds: () => Iterable<string>;
}

/** Pushes device states as they change: to the api for its pages, to the broker for its retained topics. Best effort. */
export interface Live {
  readonly changed: (deviceIds: Iterable<string>) => void;
  /** The broker keeps retained states in memory only: a new one is given all of them. */
  readonly brokerStarted: () => void;
  readonly stop: () => void;
}

export function startLive({ dataDir, clock, states, allIds }: LiveDeps): Live {
  const api = localClient(socketPath(dataDir, "api"));
  const broker = localClient(socketPath(dataDir, "broker"));
  let apiInstance: string | undefined;

  const toApi = new Coalescer({
    share: SHARE_OF_API,
    clock,
    async send(ids) {
      try {
        const answer = (await api.call("live", { states: states(ids) } satisfies LiveCall)) as LiveAnswer;
        if (answer.instance !== apiInstance) toApi.add(allIds());
        apiInstance = answer.instance;
      } catch (error) {
        apiInstance = undefined;
        throw error;
      }
    },
  });
  const toBroker = new Coalescer({
    share: SHARE_OF_BROKER,
    clock,
    async send(ids) {
      const list = states(ids).map((state) => ({ deviceId: state.deviceId, payload: JSON.stringify(state) }));
      await broker.call("publish-states", { states: list } satisfies PublishStatesCall);
    },
  });

  return {
    changed(ids) {
      toApi.add(ids);
      toBroker.add(ids);
    },
    brokerStarted: () => toBroker.add(allIds()),
    stop() {
      toApi.stop();
      toBroker.stop();
      api.close();
      broker.close();
    },
  };
}
