import { expect, it } from "vitest";
import { AddressGuard } from "./address-guard.ts";

const open = new AddressGuard([]);

it.each([
  "127.0.0.1",
  "10.0.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "169.254.169.254",
  "100.100.100.200",
  "168.63.129.16",
  "0.0.0.0",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:a9fe:a9fe",
  "::127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b::169.254.169.254",
  "2002:7f00:1::",
  "2001::1",
  "2001:db8::1",
  "fe80::1",
  "fe80::1%eth0",
  "fd00:ec2::254",
  "ff02::1",
  "not an address",
])("%s is closed", (address) => {
  expect(open.allows("host.example", address)).toBe(false);
});

it.each(["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])(
  "%s is open",
  (address) => {
    expect(open.allows("host.example", address)).toBe(true);
  },
);

it("opens what the administrator names, and no more", () => {
  const guard = new AddressGuard(["gateway.lan", "10.1.0.0/16", "fd12::/16", "192.168.1.5"]);
  expect(guard.allows("Gateway.LAN", "192.168.7.7")).toBe(true);
  expect(guard.allows("other.lan", "192.168.7.7")).toBe(false);
  expect(guard.allows("other.lan", "10.1.200.3")).toBe(true);
  expect(guard.allows("other.lan", "::ffff:10.1.200.3")).toBe(true);
  expect(guard.allows("other.lan", "10.2.0.1")).toBe(false);
  expect(guard.allows("other.lan", "fd12::9")).toBe(true);
  expect(guard.allows("192.168.1.5", "192.168.1.5")).toBe(true);
  expect(guard.allows("192.168.1.6", "192.168.1.6")).toBe(false);
});
