import type { Fault } from "../kind.ts";
import { bilingual } from "./point-forms.ts";

const source = "LwM2M Device/11";

/** The numbers that may stand in `errorCodes` of any kind; 16 to 32 are the vendor's own. */
export const sharedFaults: Readonly<Record<string, Fault>> = {
  lowBattery: { number: 1, label: bilingual(["电池电量低", "Low battery"]), source },
  externalPowerOff: { number: 2, label: bilingual(["外部电源断开", "External power off"]), source },
  lowSignal: { number: 4, label: bilingual(["信号弱", "Low signal"]), source },
  outOfMemory: { number: 5, label: bilingual(["内存不足", "Out of memory"]), source },
  ipFailure: { number: 7, label: bilingual(["网络连接失败", "IP connectivity failure"]), source },
  peripheralMalfunction: { number: 8, label: bilingual(["外设故障", "Peripheral malfunction"]), source },
};
