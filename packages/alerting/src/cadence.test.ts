import { hours, minutes, seconds } from "@linli/model";
import { describe, expect, it } from "vitest";
import { Cadence, type CadenceState } from "./cadence.ts";

const KIND = { lateAfter: minutes(30), offlineAfter: hours(1) };

function heardEvery(cadence: Cadence, every: number, { from = 0, times = 100 } = {}): number {
  for (let step = 0; step < times; step++) cadence.heard(from + step * every);
  return from + times * every;
}

describe("a device's cadence", () => {
  it("is the kind's until enough is known", () => {
    const cadence = new Cadence();
    expect(cadence.timeOuts(KIND, null)).toEqual({ ...KIND, from: "kind" });
    heardEvery(cadence, minutes(15), { times: 20 });
    expect(cadence.timeOuts(KIND, null).from).toBe("kind");
  });

  it("is learned: three missed messages are offline, one and a half are late", () => {
    const cadence = new Cadence();
    heardEvery(cadence, minutes(15));
    expect(cadence.timeOuts(KIND, null)).toEqual({
      lateAfter: minutes(22.5),
      offlineAfter: minutes(45),
      from: "learned",
    });
  });

  it("of a device that speaks every minute is five minutes, not less", () => {
    const cadence = new Cadence();
    heardEvery(cadence, seconds(10), { times: 5_000 });
    expect(cadence.timeOuts(KIND, null).offlineAfter).toBe(minutes(5));
  });

  it("does not fall for bursts between the regular messages", () => {
    const cadence = new Cadence();
    for (let quarter = 0; quarter < 100; quarter++) {
      for (let burst = 0; burst < 30; burst++) cadence.heard(quarter * minutes(15) + burst * 100);
    }
    expect(cadence.timeOuts(KIND, null).offlineAfter).toBeGreaterThan(minutes(44));
  });

  it("is not moved by an outage of the device, nor by one of ours", () => {
    const cadence = new Cadence();
    let at = heardEvery(cadence, minutes(5), { times: 300 });
    at = heardEvery(cadence, minutes(5), { from: at + hours(20), times: 100 });
    cadence.heard(at + hours(9), hours(9));
    expect(cadence.timeOuts(KIND, null).offlineAfter).toBe(minutes(15));
  });

  it("is learned anew when the device was set to another rhythm", () => {
    const cadence = new Cadence();
    const at = heardEvery(cadence, minutes(5), { times: 500 });
    heardEvery(cadence, minutes(60), { from: at, times: 200 });
    expect(cadence.timeOuts(KIND, null).offlineAfter).toBe(hours(3));
  });

  it("never wins over what a person said", () => {
    const cadence = new Cadence();
    heardEvery(cadence, minutes(15));
    expect(cadence.timeOuts(KIND, minutes(10))).toMatchObject({ offlineAfter: minutes(10), from: "override" });
    expect(cadence.timeOuts(KIND, minutes(10)).lateAfter).toBeLessThanOrEqual(minutes(10));
  });

  it("goes on after a restart as if there had been none", () => {
    const whole = new Cadence();
    let cut = new Cadence();
    for (let step = 0; step < 400; step++) {
      const at = step * minutes(7) + (step % 3) * seconds(20);
      whole.heard(at);
      cut.heard(at);
      cut = new Cadence(JSON.parse(JSON.stringify(cut.save())) as CadenceState);
    }
    expect(cut.timeOuts(KIND, null)).toEqual(whole.timeOuts(KIND, null));
  });
});
