import { expect, it } from "vitest";
import { reachableHost } from "./reachable-host.ts";

it.each([
  ["127.0.0.1", "http://127.0.0.1:8080/"],
  ["0.0.0.0", "http://127.0.0.1:8080/"],
  ["::", "http://127.0.0.1:8080/"],
  ["::1", "http://[::1]:8080/"],
  ["linli.lan", "http://linli.lan:8080/"],
])("%s is opened as %s", (host, address) => {
  expect(new URL(`http://${reachableHost(host)}:8080`).href).toBe(address);
});
