import { describe, expect, it } from "vitest";
import { provider } from "../testing/provider-suite.ts";
import { voiceTencent } from "./voice-tencent.ts";

const voice = provider("voice-tencent");
const config = () => voiceTencent.config.parse(voice.sample().config);

describe("voice-tencent", () => {
  it("calls and reads the template out", async () => {
    expect(await voice.send()).toEqual({ outcome: "accepted", reference: "call-2" });
    const { headers, json } = voice.server.last;
    expect([headers["x-tc-action"], headers["x-tc-version"]]).toEqual(["SendTtsVoice", "2020-09-02"]);
    expect(json).toMatchObject({
      CalledNumber: "+8613800000000",
      VoiceSdkAppid: "1400",
      TemplateId: "1234",
      TemplateParamSet: ["3幢2单元", "7号梯", "有人被困"],
    });
  });

  it.each([
    [
      { voicekey_callback: { callid: "call-2", keypress: "1" } },
      [{ reference: "call-2", answered: true, pressed: "1" }],
    ],
    [{ voiceprompt_callback: { callid: "call-2", result: "0" } }, [{ reference: "call-2", answered: true }]],
    [{ voiceprompt_callback: { callid: "call-2", result: "1" } }, [{ reference: "call-2", answered: false }]],
    [{ voice_failure_callback: { callid: "call-2", failure_code: 8 } }, [{ reference: "call-2", answered: false }]],
    [null, []],
    [{ voicekey_callback: "x" }, []],
  ])("understands the report %j", (body, reports) => {
    expect(voiceTencent.callback?.read(body, config())).toEqual(reports);
  });

  it.each([
    [
      { Response: { Error: { Code: "InvalidParameterValue.TemplateParameterFormatError", Message: "…" } } },
      { outcome: "refused" },
    ],
    [
      { Response: { Error: { Code: "LimitExceeded.DeliveryFrequencyLimit", Message: "…" } } },
      { outcome: "retry", retryAfterMs: 60_000 },
    ],
    [{ Response: { SendStatus: {} } }, { outcome: "unknown" }],
  ])("%j", async (body, expected) => {
    expect(await voice.answered({ body })).toMatchObject(expected);
  });
});
