import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { at, author, device, NOW, place, plant, sha256 } from "./contract/fixtures.ts";
import type { StateStore } from "./port.ts";
import { RegistryView } from "./registry-view.ts";
import { openMemoryState } from "./sqlite/open.ts";

let store: StateStore;

beforeEach(async () => {
  store = await openMemoryState();
  await plant(store);
  await store.registry.createDevice(device("gw", { kind: "gateway" }), author);
  await store.registry.createDevice(device("l1", { gatewayId: "gw" }), author);
});

afterEach(() => store.close());

const ids = (view: RegistryView) => Array.from(view.devices(), (one) => one.id);

describe("the registry view", () => {
  it("holds the registry as it is when it loads", async () => {
    const { id } = await store.registry.issueCredential("l1", sha256("t"), NOW + 5, author);
    const view = await RegistryView.load(store);
    expect(ids(view)).toEqual(["gw", "l1"]);
    expect(view.device("l1")).toEqual(await store.registry.device("l1"));
    expect(view.children("gw")).toEqual(new Set(["l1"]));
    expect(view.children("l1").size).toBe(0);
    expect(view.path("b1").map((one) => one.id)).toEqual(["street", "east", "c1", "b1"]);
    expect(view.path("nowhere")).toEqual([]);
    expect([view.isWithin("b1", "east"), view.isWithin("b1", "b1"), view.isWithin("b1", "west")]).toEqual([
      true,
      true,
      false,
    ]);
    const known = { deviceId: "l1", credentialId: id, expiresAt: NOW + 5 };
    expect(view.credentialByHash(sha256("t"))).toEqual(known);
    expect(view.credential(id)).toEqual(known);
    expect(view.credentialByHash(sha256("other"))).toBeUndefined();
  });

  it("names the owner of a series by its place path", async () => {
    await store.registry.createDevice(device("lamp", { kind: "streetlight", placeId: "west" }), author);
    const view = await RegistryView.load(store);
    expect(view.owner("l1")).toEqual({
      deviceId: "l1",
      kind: "elevator",
      community: "east",
      compound: "c1",
      building: "b1",
    });
    expect(view.owner("lamp")).toMatchObject({ community: "west", compound: "", building: "" });
    expect(view.owner("nobody")).toBeUndefined();
  });

  it("gives the same owner object as long as the placement is the same", async () => {
    const view = await RegistryView.load(store);
    const owner = view.owner("l1");
    await store.registry.updateDevice("l1", 1, { name: "Renamed" }, author);
    await store.registry.putPlace({ ...place("b1", "building", "c1"), name: "Renamed" }, author);
    await view.refresh();
    expect(view.device("l1")?.name).toBe("Renamed");
    expect(view.owner("l1")).toBe(owner);
    await store.registry.putPlace(place("b1", "building", "west"), author);
    await view.refresh();
    expect(view.owner("l1")).toMatchObject({ community: "west", compound: "", building: "b1" });
  });

  it("follows what others change, and says what it was", async () => {
    const view = await RegistryView.load(store);
    expect(await view.refresh()).toMatchObject({ changes: [], reset: false });
    await store.registry.createDevice(device("gw2", { kind: "gateway" }), author);
    await store.registry.updateDevice("l1", 1, { gatewayId: "gw2", placeId: "w1" }, author);
    await store.registry.removePlace("b2", author);
    const { id } = await store.registry.issueCredential("l1", sha256("t"), null, author);
    await store.commands.create({ id: "c1", deviceId: "l1", name: "x", args: {}, expiresAt: NOW }, author);
    expect([view.credentialByHash(sha256("t")), view.device("l1")?.placeId]).toEqual([undefined, "b1"]);

    const changed = await view.refresh();
    expect(changed).toMatchObject({
      devices: new Set(["gw2", "l1"]),
      places: new Set(["b2"]),
      credentials: new Set([id]),
      commands: new Set(["c1"]),
      tokens: new Set(),
      reset: false,
    });
    expect(changed.changes.map((change) => change.topic)).toEqual([
      "device",
      "device",
      "place",
      "credential",
      "command",
    ]);
    expect(view.children("gw").size).toBe(0);
    expect(view.children("gw2")).toEqual(new Set(["l1"]));
    expect(view.place("b2")).toBeUndefined();
    expect(view.credentialByHash(sha256("t"))?.deviceId).toBe("l1");
  });

  it("drops a credential that was revoked and a device that was retired", async () => {
    const first = await store.registry.issueCredential("l1", sha256("a"), null, author);
    await store.registry.issueCredential("l1", sha256("b"), null, author);
    const view = await RegistryView.load(store);
    await store.registry.revokeCredential(first.id, author);
    await view.refresh();
    expect(view.credentialByHash(sha256("a"))).toBeUndefined();
    expect(view.credential(first.id)).toBeUndefined();
    expect(view.credentialByHash(sha256("b"))?.deviceId).toBe("l1");
    await store.registry.rotateCredential("l1", sha256("c"), NOW + 60, author);
    await view.refresh();
    expect(view.credentialByHash(sha256("b"))?.expiresAt).toBe(NOW + 60);
    await store.registry.retireDevice("l1", author);
    const changed = await view.refresh();
    expect(view.device("l1")).toBeUndefined();
    expect(view.owner("l1")).toBeUndefined();
    expect(view.children("gw").size).toBe(0);
    expect(view.credentialByHash(sha256("c"))).toBeUndefined();
    expect(changed.credentials.size).toBe(2);
  });

  it("takes over a large import", async () => {
    const view = await RegistryView.load(store);
    const devices = Array.from({ length: 1_200 }, (_, index) => device(`d${index}`));
    const tokenHashes = new Map(devices.map((one) => [one.id, sha256(one.id)]));
    await store.registry.importBatch({ places: [], devices, tokenHashes }, author);
    const changed = await view.refresh();
    expect(changed.devices.size).toBe(1_200);
    expect(view.credentialByHash(sha256("d77"))?.deviceId).toBe("d77");
    expect(ids(view)).toHaveLength(1_202);
    expect(view.children("gw")).toEqual(new Set(["l1"]));
  });

  it("reads everything anew when it fell too far behind", async () => {
    const gone = await store.registry.issueCredential("l1", sha256("a"), null, author);
    const view = await RegistryView.load(store);
    await store.registry.revokeCredential(gone.id, author);
    await store.registry.createDevice(device("l2"), at(NOW + 10));
    await store.registry.createDevice(device("l3"), at(NOW + 20));
    await store.changes.trim(NOW + 20);
    const changed = await view.refresh();
    expect(changed.reset).toBe(true);
    expect(changed.devices).toEqual(new Set(["gw", "l1", "l2", "l3"]));
    expect(changed.credentials).toEqual(new Set([gone.id]));
    expect(view.credential(gone.id)).toBeUndefined();
    expect(ids(view)).toEqual(["gw", "l1", "l2", "l3"]);
    expect(await view.refresh()).toMatchObject({ changes: [], reset: false });
  });

  it("reports each change once to refreshes that overlap", async () => {
    const view = await RegistryView.load(store);
    await store.registry.createDevice(device("l2"), author);
    const [first, second] = await Promise.all([view.refresh(), view.refresh()]);
    expect([first.devices.size, second.devices.size]).toEqual([1, 0]);
  });
});
