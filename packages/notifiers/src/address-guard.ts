import { BlockList, isIP } from "node:net";

/** Not to be reached from the public Internet, or special: RFC 6890 and the clouds' metadata services. */
const CLOSED_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10", // holds Alibaba Cloud's 100.100.100.200
  "127.0.0.0/8",
  "168.63.129.16/32", // Azure
  "169.254.0.0/16", // holds 169.254.169.254
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
/** Of the global unicast addresses; everything outside 2000::/3 is closed anyway. */
const CLOSED_IPV6 = ["2001::/23", "2001:db8::/32", "3fff::/20"];

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    list.addSubnet(address, prefix === undefined ? (family === "ipv6" ? 128 : 32) : Number(prefix), family);
  }
  return list;
}

const closed = listOf([...CLOSED_IPV4, ...CLOSED_IPV6]);
const globalUnicast = listOf(["2000::/3"]);

/** The eight 16-bit groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  // The URL parser writes every form of an address, a dotted end included, as plain groups.
  const plain = new URL(`http://[${address.split("%")[0]}]/`).hostname.slice(1, -1);
  const [head = "", tail] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : new Array<string>(8 - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}

/** The IPv4 address that an IPv6 address stands for (mapped, compatible, NAT64, 6to4), if it does. */
function embeddedIpv4(address: string): string | undefined {
  const groups = groupsOf(address);
  const dotted = (high = 0, low = 0) => [high >> 8, high & 255, low >> 8, low & 255].join(".");
  const leading = groups.slice(0, 5).every((group) => group === 0);
  if (leading && (groups[5] === 0xffff || (groups[5] === 0 && (groups[6] ?? 0) > 0))) {
    return dotted(groups[6], groups[7]);
  }
  if (groups[0] === 0x64 && groups[1] === 0xff9b && groups.slice(2, 6).every((group) => group === 0)) {
    return dotted(groups[6], groups[7]);
  }
  return groups[0] === 0x2002 ? dotted(groups[1], groups[2]) : undefined;
}

/** Whether messages may go to an address: public ones, and what the administrator allowed. */
export class AddressGuard {
  readonly #hosts: ReadonlySet<string>;
  readonly #networks: BlockList;

  /** `allowPrivate`: host names, addresses, or networks such as `10.1.0.0/16`. */
  constructor(allowPrivate: readonly string[]) {
    const isNetwork = (entry: string) => isIP(entry.split("/")[0] ?? "") > 0;
    this.#hosts = new Set(allowPrivate.filter((entry) => !isNetwork(entry)).map((entry) => entry.toLowerCase()));
    this.#networks = listOf(allowPrivate.filter(isNetwork));
  }

  /** `host` as in the URL, `address` what it resolved to. */
  allows(host: string, address: string): boolean {
    if (this.#hosts.has(host.toLowerCase())) return true;
    const family = isIP(address);
    if (family === 0) return false;
    if (family === 4) return !closed.check(address) || this.#networks.check(address);
    const ipv4 = embeddedIpv4(address);
    if (ipv4 !== undefined) return this.allows(host, ipv4);
    if (this.#networks.check(address, "ipv6")) return true;
    return globalUnicast.check(address, "ipv6") && !closed.check(address, "ipv6");
  }
}
