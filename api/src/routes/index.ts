import type { FastifyInstance } from "fastify";
import type { Parts } from "../parts.ts";
import { registerAlertClosing } from "./alerts/close.ts";
import { registerAlertDeeds } from "./alerts/deeds.ts";
import { registerAlertList } from "./alerts/list.ts";
import { registerAlert } from "./alerts/one.ts";
import { registerArrangements } from "./arrangements/arrangements.ts";
import { registerMuting } from "./arrangements/muting.ts";
import { registerAudit } from "./audit/audit.ts";
import { registerCommands, registerProposals } from "./commands/commands.ts";
import { registerCredentials } from "./credentials/credentials.ts";
import { registerDeadLetterList } from "./dead-letters/list.ts";
import { registerDeadLetterReplay } from "./dead-letters/replay.ts";
import { registerDeviceList } from "./devices/list.ts";
import { registerDevice } from "./devices/one.ts";
import { registerDrills } from "./drills/drills.ts";
import { registerDutyCalendar } from "./duty/calendar.ts";
import { registerCallReports } from "./duty/call-reports.ts";
import { registerChannelTypes } from "./duty/channel-types.ts";
import { registerDuty } from "./duty/duty.ts";
import { registerEvents } from "./events/events.ts";
import { registerImport } from "./import/import.ts";
import { registerIncidents } from "./incidents/incidents.ts";
import { registerKinds } from "./kinds/kinds.ts";
import { registerPeople } from "./people/people.ts";
import { registerPlaces } from "./places/places.ts";
import { registerMetrics } from "./platform/metrics.ts";
import { registerPlatform } from "./platform/platform.ts";
import { registerPushIn } from "./push-in/push-in.ts";
import { registerReadings } from "./readings/readings.ts";
import { registerBacktest } from "./rules/backtest.ts";
import { registerRuleHistory } from "./rules/history.ts";
import { registerRuleOverrides } from "./rules/overrides.ts";
import { registerRules } from "./rules/rules.ts";
import { registerSession } from "./session/session.ts";
import { registerSignIn } from "./session/sign-in.ts";
import { registerState } from "./state/state.ts";
import { registerStream } from "./stream/stream.ts";
import { registerTokens } from "./tokens/tokens.ts";

const ALL = [
  registerSignIn,
  registerSession,
  registerPlaces,
  registerDeviceList,
  registerDevice,
  registerCredentials,
  registerKinds,
  registerState,
  registerReadings,
  registerEvents,
  registerDeadLetterList,
  registerDeadLetterReplay,
  registerCommands,
  registerProposals,
  registerAlertList,
  registerAlert,
  registerAlertDeeds,
  registerAlertClosing,
  registerIncidents,
  registerRules,
  registerBacktest,
  registerRuleHistory,
  registerRuleOverrides,
  registerArrangements,
  registerMuting,
  registerDuty,
  registerDutyCalendar,
  registerChannelTypes,
  registerDrills,
  registerAudit,
  registerPeople,
  registerTokens,
  registerPlatform,
  registerMetrics,
  registerStream,
];

/** Resources that read bodies in a way of their own, each in a scope of its own. */
const APART = [registerPushIn, registerImport, registerCallReports];

export async function registerRoutes(server: FastifyInstance, parts: Parts): Promise<void> {
  for (const register of ALL) register(server, parts);
  for (const register of APART) await server.register(async (scope) => register(scope, parts));
}
