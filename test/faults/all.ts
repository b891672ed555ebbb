import { f01 } from "./f01-kill.ts";
import { f02 } from "./f02-repeat.ts";
import { f03Caps } from "./f03-cap.ts";
import { f03Kills } from "./f03-kill.ts";
import { f03Outages } from "./f03-outage.ts";
import { f04s } from "./f04-answers.ts";
import { f05s } from "./f05-bad-line.ts";
import { f06Damage } from "./f06-damage.ts";
import { f06FullDisk } from "./f06-full-disk.ts";
import { f07 } from "./f07-power-loss.ts";
import { f08 } from "./f08-pending-commands.ts";
import { f09f10 } from "./f09-f10-mangled.ts";
import { f11 } from "./f11-poison.ts";
import { f13 } from "./f13-slow-readers.ts";
import { f14 } from "./f14-strangers.ts";
import { f15 } from "./f15-escapes.ts";
import { f16 } from "./f16-revoked.ts";
import { f17 } from "./f17-alert-path.ts";
import { f18 } from "./f18-who-is-silent.ts";
import { f22 } from "./f22-stop.ts";
import type { Fault } from "./fault.ts";

/** Every fault that can be run, in order. */
export const FAULTS: readonly Fault[] = [
  f01,
  f02,
  ...f03Outages,
  ...f03Kills,
  ...f03Caps,
  ...f04s,
  ...f05s,
  f06FullDisk,
  f06Damage,
  f07,
  f08,
  ...f09f10,
  f11,
  f13,
  f14,
  f15,
  f16,
  f17,
  f18,
  f22,
];
