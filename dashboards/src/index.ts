export type { Board } from "./board.ts";
export { allBoards, boardsIn } from "./boards/index.ts";
export { dashboardFiles } from "./files.ts";
export { alertAnchor, PLATFORM_ALERTS, type PlatformAlert } from "./prometheus/rules.ts";
export { type BoardQuery, everyQuery } from "./run/board-queries.ts";
export { type InfluxAsked, influxRows } from "./run/influx-rows.ts";
export { type BoardValues, interpolate } from "./run/interpolate.ts";
