export * from "./app.ts";
export * from "./calls.ts";
export * from "./clock.ts";
export * from "./local-socket.ts";
export * from "./logger.ts";
export * from "./run-process.ts";
export * from "./secrets.ts";
export * from "./settings.ts";
