export * from "./alert.ts";
export * from "./condition.ts";
export * from "./message.ts";
export * from "./recurring-window.ts";
export * from "./rule.ts";
export * from "./severity.ts";
