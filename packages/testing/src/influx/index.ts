export * from "./fault-proxy.ts";
export { type Influx1Options, startInflux1 } from "./influx1.ts";
export { type Influx2Options, startInflux2 } from "./influx2.ts";
export * from "./servers.ts";
export { type Generation, type InfluxUnderTest, TESTED_FILE } from "./under-test.ts";
