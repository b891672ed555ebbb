import { alertRoutes } from "./alerts.ts";
import { arrangementRoutes } from "./arrangements.ts";
import { auditRoutes } from "./audit.ts";
import { backtestRoutes } from "./backtest.ts";
import { commandRoutes } from "./commands.ts";
import { credentialRoutes } from "./credentials.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { deviceRoutes } from "./devices.ts";
import { drillRoutes } from "./drills.ts";
import { dutyRoutes } from "./duty.ts";
import { eventRoutes } from "./events.ts";
import { importRoutes } from "./import.ts";
import { incidentRoutes } from "./incidents.ts";
import { kindRoutes } from "./kinds.ts";
import { peopleRoutes } from "./people.ts";
import { placeRoutes } from "./places.ts";
import { platformRoutes } from "./platform.ts";
import { pushInRoutes } from "./push-in.ts";
import { readingRoutes } from "./readings.ts";
import { ruleRoutes } from "./rules.ts";
import { sessionRoutes } from "./session.ts";
import { stateRoutes } from "./state.ts";
import { streamRoutes } from "./stream.ts";

/** Every route of the HTTP API, by a name of its own: what the server serves and the client calls. */
export const ROUTES = {
  ...sessionRoutes,
  ...placeRoutes,
  ...deviceRoutes,
  ...importRoutes,
  ...credentialRoutes,
  ...kindRoutes,
  ...stateRoutes,
  ...readingRoutes,
  ...eventRoutes,
  ...deadLetterRoutes,
  ...commandRoutes,
  ...alertRoutes,
  ...incidentRoutes,
  ...ruleRoutes,
  ...backtestRoutes,
  ...arrangementRoutes,
  ...dutyRoutes,
  ...drillRoutes,
  ...auditRoutes,
  ...peopleRoutes,
  ...platformRoutes,
  ...streamRoutes,
  ...pushInRoutes,
};

export { type AlertDetail, type AlertItem } from "./alerts.ts";
export { type StoredArrangement } from "./arrangements.ts";
export { type Backtest } from "./backtest.ts";
export { type CommandProposal } from "./commands.ts";
export { type DrillReport } from "./drills.ts";
export { type DutyCalendar } from "./duty.ts";
export { type ImportReport } from "./import.ts";
export { type ProblemDetails, problemDetailsSchema } from "./problem.ts";
export { commaListSchema, momentSchema } from "./query.ts";
export { type Readings } from "./readings.ts";
export * from "./route.ts";
export { type RuleStanding } from "./rules.ts";
export { type Who } from "./session.ts";
export { type StreamEvents } from "./stream.ts";
