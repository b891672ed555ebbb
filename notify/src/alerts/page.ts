import { PAGE_CHANNEL } from "@linli/alerting";
import type { Channel } from "@linli/notifiers";
import { z } from "zod";

/** The web page itself: whatever is committed stands there, so it takes everything. */
export const page: Channel = {
  id: PAGE_CHANNEL,
  label: { zh: "网页", en: "Web page" },
  reaches: "person",
  config: z.unknown(),
  address: z.unknown(),
  limits: [],
  create: () => ({
    send: async () => ({ outcome: "accepted" }),
    close: async () => {},
  }),
};
