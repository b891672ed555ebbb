import { type World, wordMessage } from "@linli/alerting";
import type { Message } from "@linli/model";

/** Says that it is a test, and nothing else. */
export function testMessage(channelId: string, language: Message["language"], world: World, at: number): Message {
  return {
    key: `test:${channelId}:${at.toString(36)}`,
    subject: "test",
    occasion: "test",
    severity: "informational",
    lifeSafety: false,
    language,
    ...wordMessage({ about: "test", occasion: "test", language, world, at }),
    ...(world.publicUrl !== undefined && { link: world.publicUrl }),
    alerts: [],
    at,
  };
}
