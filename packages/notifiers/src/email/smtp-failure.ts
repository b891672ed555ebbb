import type { Delivery } from "../channel.ts";

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly message: string;
}

/**
 * What a failure of SMTP means: 4yz passes, 5yz stays (RFC 5321 §4.2.1). Without an answer it depends on whether the
 * letter was `begun` (DATA was sent): then it may have been taken.
 */
export function deliveryForSmtp(error: SmtpError, begun: boolean): Delivery {
  const { responseCode } = error;
  const reason = error.response ?? error.message;
  if (responseCode !== undefined && responseCode >= 500) return { outcome: "refused", reason };
  if (responseCode !== undefined && responseCode >= 400) return { outcome: "retry", reason };
  // The letter itself cannot be sent: an address that is none, a missing account.
  if (error.code === "EENVELOPE" || error.code === "ENOAUTH") return { outcome: "refused", reason };
  return begun ? { outcome: "unknown", reason } : { outcome: "retry", reason };
}
