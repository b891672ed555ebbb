import { describe, expect, it } from "vitest";
import { PARTS } from "../../virtual/parts.ts";
import { VirtualPlatform } from "../../virtual/platform.ts";
import { parseScenario, type Scenario } from "../file/scenario-file.ts";
import { furnish, siteSettings } from "../run.ts";
import { shippedRules } from "../shipped-rules.ts";
import { stageFleet } from "../stage/fleet.ts";
import { playScenario } from "./play.ts";

const START = Date.parse("2026-11-01T10:00:00+08:00");

function parsed(text: string): Scenario {
  const { scenario, problems } = parseScenario(text, "a.yaml");
  if (scenario === undefined) throw new Error(JSON.stringify(problems));
  return scenario;
}

const scenarioWith = (steps: string, expected: string) =>
  parsed(`title: { zh: 甲, en: A }
about: { zh: 乙, en: B }
start: 2026-06-01T08:00:00+08:00
lasts: 5m
fleet:
  bundled: { devices: [lift-huayuan-01-1] }
  devices: [{ id: by-hand, kind: clinic-kiosk, placeId: huayuan-01, says: { sosPressed: false } }]
steps:
${steps}
expect:
${expected}
`);

/** A platform that has the bundled neighbourhood already, and a day of its own. */
async function running() {
  const inhabited = parsed(`title: { zh: 甲, en: A }
about: { zh: 乙, en: B }
start: 2026-11-01T10:00:00+08:00
lasts: 1h
fleet: { bundled: { places: [huayuan-01] } }
steps: []
expect: [{ noAlert: any }]
`);
  const platform = await VirtualPlatform.open(START, siteSettings(inhabited));
  await furnish(platform, { scenario: inhabited, rules: await shippedRules(), fleet: stageFleet(inhabited) });
  for (const part of PARTS) await platform.start(part);
  const { state, clock, lines } = platform;
  return {
    platform,
    state,
    clock,
    transport: lines.transport,
    closed: (alertId: string, personId: string, content: unknown) => platform.closed(alertId, personId, content),
    async until(at: number) {
      while (clock.now() < at) {
        await clock.runUntil(Math.min(at, clock.now() + 1_000));
        await platform.round();
      }
    },
  };
}

const author = { id: "terminal:test", type: "system", at: START } as const;

describe("a scenario that is played live", () => {
  it("raises on devices of its own what it expects, and takes them away again", async () => {
    const on = await running();
    try {
      const scenario = scenarioWith(
        `  - { at: 1m, fault: entrapment, on: lift-huayuan-01-1 }
  - { at: 2m, reading: { sosPressed: true }, on: by-hand }
  - { at: 3m, reading: { sosPressed: false }, on: by-hand }`,
        `  - { alert: lift.entrapment, on: lift-huayuan-01-1, severity: critical, between: [1m, 2m] }
  - { alert: clinic.sos, on: by-hand, between: [2m, 3m] }
  - { noAlert: "gym.*" }
  - { told: liu, of: lift.entrapment }
  - { alert: light.leakage, between: [0s, 5m] }`,
      );
      const lines: string[] = [];
      const played = await playScenario(scenario, on, { prefix: "play-1-", author, told: (line) => lines.push(line) });
      expect(played.failures.map(({ path }) => path)).toEqual(["expect.4"]);
      expect(played.notJudged).toEqual(["expect.3"]);
      expect(lines).toContain("60 s: fault");
      const devices = await on.state.registry.allDevices();
      const guests = devices.filter(({ id }) => id.startsWith("play-1-"));
      expect(guests.filter(({ retiredAt }) => retiredAt !== null).map(({ id }) => id)).toEqual([
        "play-1-by-hand",
        "play-1-gw-lift-huayuan",
        "play-1-lift-huayuan-01-1",
      ]);
      expect(guests).toHaveLength(3);
      expect(devices.find(({ id }) => id === "lift-huayuan-01-1")?.retiredAt).toBeNull();
    } finally {
      await on.platform.close();
    }
  });

  it("is refused when it changes the platform itself, before anything is registered", async () => {
    const on = await running();
    try {
      const scenario = scenarioWith("  - { at: 1m, stop: [broker] }", "  - { noAlert: any }");
      const options = { prefix: "play-2-", author, told: () => {} };
      await expect(playScenario(scenario, on, options)).rejects.toMatchObject({
        code: "invalid",
        problems: [{ field: "steps.0", value: "stop" }],
      });
      const devices = await on.state.registry.allDevices();
      expect(devices.filter(({ id }) => id.startsWith("play-2-"))).toEqual([]);
    } finally {
      await on.platform.close();
    }
  });
});
