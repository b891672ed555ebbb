import { z } from "zod";

/**
 * Device and place ids: what may stand in a topic level, a URL path and a tag without escaping.
 * Letters, digits, `_`, `-`, `.`; 1 to 64 characters; starts with a letter or a digit.
 */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
export const idSchema = z
  .string()
  .regex(ID_PATTERN, "1 to 64 letters, digits, '_', '-' or '.', starting with a letter or a digit");
