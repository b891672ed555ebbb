export * from "./raw-mqtt/flood.ts";
export * from "./raw-mqtt/packets.ts";
export * from "./raw-mqtt/publisher.ts";
