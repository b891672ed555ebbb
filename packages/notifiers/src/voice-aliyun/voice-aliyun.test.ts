import { describe, expect, it } from "vitest";
import { provider } from "../testing/provider-suite.ts";
import { voiceAliyun } from "./voice-aliyun.ts";

const voice = provider("voice-aliyun");
const config = () => voiceAliyun.config.parse(voice.sample().config);

describe("voice-aliyun", () => {
  it("calls and reads the template out", async () => {
    expect(await voice.send()).toEqual({ outcome: "accepted", reference: "call-1" });
    const { query, headers } = voice.server.last;
    expect(headers["x-acs-action"]).toBe("SingleCallByTts");
    expect(Object.fromEntries(query)).toMatchObject({
      CalledNumber: "13800000000",
      TtsCode: "SMS_1",
      TtsParam: '{"device":"7号梯","place":"3幢2单元","what":"有人被困"}',
      PlayTimes: "2",
    });
    expect(query.get("OutId")).toMatch(/^[0-9a-f]{15}$/);
  });

  it("dials a duty room's fixed line as at home", async () => {
    await voice.send({ address: { phone: "+8657188888888" } });
    expect(voice.server.last.query.get("CalledNumber")).toBe("057188888888");
  });

  it("asks for a key when set up so", async () => {
    await voice.send({ config: { callerNumber: "057100000000", keyPress: { key: "1", thanks: "TTS_2" } } });
    const { query, headers } = voice.server.last;
    expect(headers["x-acs-action"]).toBe("IvrCall");
    expect(Object.fromEntries(query)).toMatchObject({
      CalledShowNumber: "057100000000",
      StartCode: "SMS_1",
      "MenuKeyMap.1.Key": "1",
      "MenuKeyMap.1.Code": "TTS_2",
    });
  });

  it("does not take a set-up that asks for a key without a number of one's own", () => {
    const given = { ...(voice.sample().config as object), keyPress: { thanks: "TTS_2" } };
    expect(voiceAliyun.config.safeParse(given).error?.issues[0]?.path).toEqual(["callerNumber"]);
  });

  it.each([
    [
      [{ call_id: "call-1", status_code: "200000", dtmf: "1" }],
      [{ reference: "call-1", answered: true, pressed: "1" }],
    ],
    [{ call_id: "call-1", status_code: "200010", dtmf: "" }, [{ reference: "call-1", answered: false }]],
    [{ call_id: "call-1", digits: "1#" }, [{ reference: "call-1", pressed: "1#" }]],
    ["nonsense", []],
    [[null, 3, {}], []],
  ])("understands the report %j", (body, reports) => {
    expect(voiceAliyun.callback?.read(body, config())).toEqual(reports);
  });

  it.each([
    [200, { Code: "OK", CallId: "c" }, { outcome: "accepted", reference: "c" }],
    [
      200,
      { Code: "isv.BUSINESS_LIMIT_CONTROL", Message: "触发分钟级流控Permits:1" },
      { outcome: "retry", retryAfterMs: 60_000 },
    ],
    [200, { Code: "isv.TTS_TEMPLATE_ILLEGAL", Message: "TTS模板不合法" }, { outcome: "refused" }],
    [200, { Code: "isv.OUT_OF_SERVICE", Message: "业务停机" }, { outcome: "refused" }],
  ])("HTTP %i %j", async (status, body, expected) => {
    expect(await voice.answered({ status, body })).toMatchObject(expected);
  });
});
