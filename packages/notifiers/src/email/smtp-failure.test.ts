import { expect, it } from "vitest";
import { deliveryForSmtp } from "./smtp-failure.ts";

it.each([
  [{ code: "EDNS", message: "getaddrinfo ENOTFOUND" }, false, "retry"],
  [{ code: "ETIMEDOUT", message: "Connection timeout" }, false, "retry"],
  [{ code: "ETLS", message: "self-signed certificate" }, false, "retry"],
  [{ code: "ETIMEDOUT", message: "Timeout" }, true, "unknown"],
  [{ code: "ECONNECTION", message: "Connection closed" }, true, "unknown"],
  [{ code: "EMESSAGE", responseCode: 554, response: "554 no", message: "Message failed" }, true, "refused"],
  [{ code: "EAUTH", responseCode: 535, response: "535 no", message: "Invalid login" }, false, "refused"],
  [{ code: "EAUTH", responseCode: 454, response: "454 later", message: "Invalid login" }, false, "retry"],
  [{ code: "EENVELOPE", message: "No recipients defined" }, false, "refused"],
])("%j, letter begun: %s, is %s", (error, begun, outcome) => {
  expect(deliveryForSmtp(error, begun).outcome).toBe(outcome);
});
