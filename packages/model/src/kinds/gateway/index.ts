import { minutes } from "../../duration.ts";
import { defineKind } from "../../kind.ts";
import { reboot } from "../common-to-all-commands.ts";
import { sharedFaults } from "../common-to-all-faults.ts";
import { sharedPoints } from "../common-to-all-points.ts";
import { choice, whole } from "../point-forms.ts";

/** Publishes for the devices registered under it. */
export const gateway = defineKind({
  id: "gateway",
  label: { zh: "网关", en: "Gateway" },
  // It reports once a minute; its children go blind with it.
  lateAfter: minutes(3),
  offlineAfter: minutes(5),
  points: {
    uplink: choice(
      {
        ethernet: ["有线网络", "Ethernet"],
        wifi: ["无线局域网", "Wi-Fi"],
        cellular: ["移动网络", "Cellular"],
        backup: ["备用链路", "Backup link"],
        none: ["无连接", "None"],
      },
      ["上行链路", "Uplink"],
    ),
    childrenCount: whole("1", [0, 100_000], ["子设备数", "Children"], { cadence: minutes(1) }),
    childrenOnline: whole("1", [0, 100_000], ["在线子设备数", "Children online"], { cadence: minutes(1) }),
    ...sharedPoints,
  },
  events: {},
  faults: sharedFaults,
  commands: { reboot },
});
