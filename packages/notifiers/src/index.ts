export * from "./channel.ts";
export { createGuardedFetch } from "./guarded-fetch.ts";
export { isUrgent, RateLimit, type Turn } from "./rate-limit.ts";
export { CHANNELS } from "./registry.ts";
export { maskSecrets, secretsIn } from "./secrets.ts";
export { shorten } from "./shorten.ts";
