import { expect, it } from "vitest";
import { signTencent } from "./tencent.ts";

// The worked example of Tencent Cloud's documentation of signature version 3; the asterisks are part of its keys.
it("signs the documented example as documented", () => {
  const body = '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}';
  const call = {
    server: "https://cvm.tencentcloudapi.com",
    service: "cvm",
    action: "DescribeInstances",
    version: "2017-03-12",
    body,
  };
  const keys = {
    keyId: "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
    keySecret: "Gu5t9xGARNpq86cd98joQYCN3*******",
    region: "ap-guangzhou",
  };
  expect(signTencent(call, keys, 1_551_113_065_000)["authorization"]).toBe(
    "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3",
  );
});
