import { HOUR, MINUTE } from "../models/model.ts";
import type { FaultType } from "./fault.ts";

/** Minutes that its supply lasts. */
const UPS_MINUTES = 38;

export const clinicKioskFaults: Readonly<Record<string, FaultType>> = {
  sos: {
    lasts: 10 * MINUTE,
    bend(values, { isOver }) {
      if (isOver) return;
      values.sosPressed = true;
      values.state = "emergency";
      values.occupied = true;
    },
    events: (from) => [{ at: from, type: "sosPressed" }],
  },
  outOfService: {
    lasts: 2 * HOUR,
    bend(values, { isOver }) {
      if (isOver) return;
      values.state = "outOfService";
      values.sessionActive = false;
      values.occupied = false;
      values["selfTest.result"] = "fail";
      values["selfTest.failed"] = ["bpMonitor"];
      values["peripheral.bpMonitor.status"] = "error";
    },
  },
  upsOnBattery: {
    lasts: 30 * MINUTE,
    fades: 2 * HOUR,
    bend(values, { elapsed, over, lasts, isOver }) {
      const spent = Math.min(1, Math.min(elapsed, lasts) / (UPS_MINUTES * MINUTE));
      const charge = Math.round(100 * (1 - spent * Math.exp(-over / (40 * MINUTE))));
      values.upsCharge = charge;
      values.upsRuntime = Math.round((UPS_MINUTES * charge) / 100);
      if (isOver) return;
      values.upsOnBattery = true;
      values.mainsLost = true;
      values.errorCodes = [2];
    },
  },
  /** The line is overloaded: people inside see a frozen doctor. */
  poorNetwork: {
    lasts: 20 * MINUTE,
    bend(values, { isOver }) {
      if (isOver) return;
      values.packetLoss = 9.5;
      values.networkLatency = 620;
      values.uplinkBandwidth = 0.6;
    },
  },
  printerJam: {
    lasts: HOUR,
    bend(values, { isOver }) {
      if (!isOver) values["printer.paperState"] = "jam";
    },
    events: (from) => [{ at: from, type: "printerJam" }],
  },
};
