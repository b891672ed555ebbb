import { assertNever } from "@linli/model";
import type { Expectation } from "../file/expectations.ts";
import type { Scenario } from "../file/scenario-file.ts";
import { judgeAlert, judgeNoAlert } from "./alerts.ts";
import type { Evidence } from "./evidence.ts";
import { judgeConnection, judgeIncident } from "./incidents.ts";
import { judgeMessages, judgeNotTold, judgeSays, judgeTold } from "./telling.ts";

/** Something in a scenario that did not come about. */
export interface Failure {
  /** Its path in the file, such as `expect.3`. */
  readonly path: string;
  readonly message: string;
}

/** What was expected and did not come about, in the order of the file. */
export function judge({ expect }: Pick<Scenario, "expect">, evidence: Evidence): readonly Failure[] {
  return expect.flatMap((expected, index) => {
    const message = judgeOne(expected, evidence);
    return message === undefined ? [] : [{ path: `expect.${index}`, message }];
  });
}

function judgeOne(expected: Expectation, evidence: Evidence): string | undefined {
  switch (expected.type) {
    case "alert":
      return judgeAlert(expected, evidence);
    case "noAlert":
      return judgeNoAlert(expected, evidence);
    case "told":
      return judgeTold(expected, evidence);
    case "notTold":
      return judgeNotTold(expected, evidence);
    case "incident":
      return judgeIncident(expected, evidence);
    case "messages":
      return judgeMessages(expected, evidence);
    case "connection":
      return judgeConnection(expected, evidence);
    case "says":
      return judgeSays(expected, evidence);
    default:
      return assertNever(expected);
  }
}
