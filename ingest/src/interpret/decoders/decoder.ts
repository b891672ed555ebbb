import type { Topic } from "@linli/model";
import type { Message } from "../message.ts";

/**
 * Turns a parsed payload into raw readings, events, a status, a result or answers to the device: several readings, each
 * with its own time, where the form has them. What it cannot use it refuses on the message; it never throws.
 */
export type Decoder = (body: object, topic: Topic, message: Message) => void;
