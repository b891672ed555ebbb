import { expect, it } from "vitest";
import { chooseFleet, makeFleet } from "./choose-fleet.ts";
import { parseFleet } from "./fleet.ts";

const fleet = parseFleet(
  JSON.stringify({
    devices: [
      { id: "gw", kind: "gateway", token: "t" },
      { id: "lamp-1", kind: "streetlight", gatewayId: "gw" },
      { id: "lamp-2", kind: "streetlight", gatewayId: "gw" },
      { id: "cam", kind: "camera", token: "t" },
    ],
  }),
  "fleet.json",
);
const ids = (chosen: typeof fleet) => chosen.devices.map(({ id }) => id);

it("takes a part of a fleet, with the gateways it needs", () => {
  expect(ids(chooseFleet(fleet, { kinds: ["streetlight"], size: 1 }))).toEqual(["gw", "lamp-1"]);
  expect(ids(chooseFleet(fleet, { kinds: ["camera"] }))).toEqual(["cam"]);
  expect(ids(chooseFleet(fleet, {}))).toEqual(["gw", "lamp-1", "lamp-2", "cam"]);
});

it("makes a fleet of the size and kinds that are asked for", () => {
  const made = makeFleet({ size: 5, kinds: ["elevator", "camera"] }, 3, "secret");
  expect(made.devices.map(({ kind }) => kind)).toEqual(["elevator", "camera", "elevator", "camera", "elevator"]);
  expect(new Set(ids(made)).size).toBe(5);
  expect(made.devices.every(({ token, gatewayId }) => token === "secret" && gatewayId === null)).toBe(true);
  expect(() => makeFleet({ kinds: ["toaster"] }, 1, null)).toThrow(/cannot be made/);
});
