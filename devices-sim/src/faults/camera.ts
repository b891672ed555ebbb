import { HOUR, MINUTE } from "../models/model.ts";
import type { FaultType } from "./fault.ts";

export const cameraFaults: Readonly<Record<string, FaultType>> = {
  videoLoss: {
    lasts: HOUR,
    bend(values, { isOver }) {
      if (isOver) return;
      values.signalLoss = true;
      values.streamState = "lost";
      values.frameRate = 0;
      values.bitrate = 0;
      values.recording = false;
      values.peopleCount = 0;
      values.occupancy = 0;
    },
  },
  storageFailure: {
    lasts: 6 * HOUR,
    bend(values, { isOver }) {
      if (isOver) return;
      values.storageFailure = true;
      values.storageHealth = "failed";
      values.recording = false;
      values.errorCodes = [8];
    },
  },
  /** Turned to the wall or sprayed. */
  tamper: {
    lasts: 30 * MINUTE,
    bend(values, { isOver }) {
      if (isOver) return;
      values.tamper = true;
      values.sceneChanged = true;
      values.imageBlurry = true;
      values.imageDark = true;
      values.peopleCount = 0;
    },
  },
};
