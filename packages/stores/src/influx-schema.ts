/** How readings stand in InfluxDB: for those who read it with tools of their own, such as dashboards. */
export { columnType, ownColumn } from "./series/influx/columns.ts";
export { encodeName, identifier, literal } from "./series/influx/names.ts";
