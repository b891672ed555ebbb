export * from "./influx/index.ts";
export * from "./raw-mqtt/flood.ts";
export * from "./raw-mqtt/packets.ts";
export * from "./raw-mqtt/publisher.ts";
export * from "./required.ts";
