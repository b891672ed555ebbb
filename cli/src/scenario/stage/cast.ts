import {
  type Arrangement,
  type Arrangements,
  type ArrangementType,
  type Contact,
  type Person,
  type Team,
  type TeamRole,
} from "@linli/model";
import type { Scenario } from "../file/scenario-file.ts";

/** The channels of every scenario, and what they are of. */
const CHANNEL_TYPES: Readonly<Record<string, string>> = {
  app: "wecom-app",
  phone: "voice-aliyun",
  room: "dingtalk-robot",
};
const ROOM = { channelId: "room", address: "room" };

interface Member {
  readonly id: string;
  readonly name: string;
  readonly role: Person["grants"][number]["role"];
}

/** By team: the first is on call, for a month from the day before the scenario starts. */
const TEAMS: readonly {
  readonly id: string;
  readonly name: string;
  readonly role: TeamRole;
  readonly members: readonly Member[];
}[] = [
  {
    id: "lifts",
    name: "电梯维保",
    role: "lift-maintainer",
    members: [
      { id: "liu", name: "刘师傅", role: "crew" },
      { id: "lin", name: "林师傅", role: "crew" },
    ],
  },
  {
    id: "lights",
    name: "路灯班",
    role: "lighting",
    members: [
      { id: "deng", name: "邓师傅", role: "crew" },
      { id: "dai", name: "戴师傅", role: "crew" },
    ],
  },
  {
    id: "property",
    name: "物业工程",
    role: "property",
    members: [
      { id: "wu", name: "吴工", role: "crew" },
      { id: "wang", name: "王工", role: "crew" },
    ],
  },
  {
    id: "community",
    name: "社区",
    role: "community",
    members: [
      { id: "she", name: "佘干事", role: "crew" },
      { id: "shen", name: "沈干事", role: "crew" },
    ],
  },
  {
    id: "pharmacy",
    name: "社区药师",
    role: "pharmacist",
    members: [
      { id: "yao", name: "姚药师", role: "crew" },
      { id: "yan", name: "严药师", role: "crew" },
    ],
  },
  {
    id: "vendor",
    name: "设备厂商",
    role: "vendor",
    members: [
      { id: "chang", name: "常工", role: "crew" },
      { id: "cheng", name: "程工", role: "crew" },
    ],
  },
];
/** Manned around the clock. */
const DESK: readonly Member[] = [{ id: "zhi", name: "值班室", role: "crew" }];
const MANAGERS: readonly Member[] = [
  { id: "chen", name: "陈经理", role: "admin" },
  { id: "cao", name: "曹主管", role: "manager" },
];

const DAY = 86_400_000;

function rotaOf(team: (typeof TEAMS)[number], { start, site }: Pick<Scenario, "start" | "site">): Arrangement<"rota"> {
  const from = Temporal.Instant.fromEpochMilliseconds(start - DAY)
    .toZonedDateTimeISO(site.timeZone)
    .toPlainDate();
  const people = team.members.map(({ id }) => id);
  const layers = [{ people, from: from.toString(), handover: "08:00", everyDays: 31 }];
  return { id: `${team.id}-rota`, name: team.name, timeZone: site.timeZone, layers, overrides: [] };
}

const contactOf = ({ id }: Pick<Member, "id">): Contact => ({
  id,
  default: [{ channelId: "app", address: id }],
  urgent: [
    { channelId: "app", address: id },
    { channelId: "phone", address: id },
  ],
  quiet: null,
});

function everybody(): readonly Member[] {
  return [...TEAMS.flatMap(({ members }) => members), ...DESK, ...MANAGERS];
}

/** Those that every scenario has, and its own; an id of its own wins. */
export function peopleOf(scenario: Scenario): readonly Person[] {
  const usual = everybody().map(
    ({ id, name, role }): Person => ({
      id,
      name,
      grants: [{ role, placeId: null }],
      language: "zh-CN",
      createdAt: scenario.start,
      disabledAt: null,
    }),
  );
  const own = scenario.people.map((person): Person => ({ ...person, createdAt: scenario.start, disabledAt: null }));
  return withOwn(usual, own);
}

/** Teams, rotas, contacts and channels that every scenario has, and its own; an id of its own wins. */
export function arrangementsOf(
  scenario: Scenario,
): readonly { readonly type: ArrangementType; readonly value: Arrangement }[] {
  const teams: readonly Team[] = [
    ...TEAMS.map(({ id, name, role, members }) => ({
      id,
      name,
      role,
      placeId: null,
      members: members.map((member) => member.id),
      rotaId: `${id}-rota`,
      desk: false,
      rooms: [],
    })),
    {
      id: "desk",
      name: "值班室",
      role: "community",
      placeId: null,
      members: DESK.map(({ id }) => id),
      desk: true,
      rooms: [ROOM],
    },
  ];
  const usual: Partial<Arrangements> = {
    channel: Object.entries(CHANNEL_TYPES).map(([id, type]) => ({ id, name: id, type, config: { id }, enabled: true })),
    rota: TEAMS.map((team) => rotaOf(team, scenario)),
    contact: everybody().map(contactOf),
    team: teams,
  };
  // channels and rotas before those who name them
  const order = ["channel", "rota", "contact", "team", "escalation", "route", "silence", "maintenance"] as const;
  return order.flatMap((type) => {
    const own = (scenario.arrangements[type] ?? []) as readonly Arrangement[];
    return withOwn<Arrangement>(usual[type] ?? [], own).map((value) => ({ type, value }));
  });
}

function withOwn<T extends { readonly id: string }>(usual: readonly T[], own: readonly T[]): readonly T[] {
  const ids = new Set(own.map(({ id }) => id));
  return [...usual.filter(({ id }) => !ids.has(id)), ...own];
}
