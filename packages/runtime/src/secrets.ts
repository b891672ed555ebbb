import { createHash, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const scryptAsync = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const KEY_BYTES = 32;

/** A random 256-bit token as 43 URL-safe characters. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * What is stored of a token. A fast hash is right here: tokens are 256 random bits, and a slow one would turn a
 * reconnect storm of ten thousand devices into minutes.
 */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A password people can read aloud: 4 groups of 5 from an alphabet without look-alikes (about 98 bits). */
export function newPassword(): string {
  const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
  const letters: string[] = [];
  while (letters.length < 20) {
    for (const byte of randomBytes(32)) {
      // 248 = 8 × 31: rejecting the rest keeps each letter equally likely
      if (byte < 248 && letters.length < 20) letters.push(alphabet[byte % 31] ?? "");
    }
  }
  return [0, 5, 10, 15].map((start) => letters.slice(start, start + 5).join("")).join("-");
}

/** `scrypt$N$r$p$salt$key`, the parameters beside the hash so that they can grow. */
export async function hashPassword(password: string): Promise<string> {
  const [N, r, p] = [1 << 15, 8, 1];
  const salt = randomBytes(16);
  const key = await scryptAsync(password.normalize("NFKC"), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r });
  return ["scrypt", N, r, p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/** False for a wrong password and for a stored text that is not one of ours. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = stored.split("$");
  if (scheme !== "scrypt" || !salt || !key) return false;
  const options = { N: Number(N), r: Number(r), p: Number(p), maxmem: 256 * Number(N) * Number(r) };
  const derived = await scryptAsync(password.normalize("NFKC"), Buffer.from(salt, "base64url"), KEY_BYTES, options);
  return sameHash(derived, Buffer.from(key, "base64url"));
}
