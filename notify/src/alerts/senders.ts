import { PAGE_CHANNEL } from "@linli/alerting";
import type { ChannelSetting } from "@linli/model";
import type { Channel, ChannelDeps, Sender } from "@linli/notifiers";

/** A channel that is set up. */
interface OpenChannel {
  readonly channel: Channel;
  readonly sender: Sender<unknown>;
}

/** A channel as it can be used now; otherwise why it cannot. */
export type Opened = OpenChannel | { readonly refused: string };

const PAGE: ChannelSetting = { id: PAGE_CHANNEL, name: PAGE_CHANNEL, type: PAGE_CHANNEL, config: {}, enabled: true };

interface Kept {
  readonly setting: string;
  readonly opened: Opened;
}

/** The senders of all channels that are set up; made anew when their setting changes. */
export class Senders {
  private readonly types: ReadonlyMap<string, Channel>;
  private readonly deps: ChannelDeps;
  private readonly kept = new Map<string, Kept>();

  constructor(types: ReadonlyMap<string, Channel>, deps: ChannelDeps) {
    this.types = types;
    this.deps = deps;
  }

  get ids(): string[] {
    return [...this.kept.keys()];
  }

  /** Returns the ids of those that are not what they were. */
  async take(settings: readonly ChannelSetting[]): Promise<string[]> {
    const all = settings.some(({ id }) => id === PAGE_CHANNEL) ? settings : [PAGE, ...settings];
    const wanted = new Map(all.map((setting) => [setting.id, setting]));
    const ended = [...this.kept].filter(([id, { setting }]) => setting !== JSON.stringify(wanted.get(id)));
    for (const [id] of ended) this.kept.delete(id);
    for (const [id, setting] of wanted) {
      if (!this.kept.has(id)) this.kept.set(id, { setting: JSON.stringify(setting), opened: this.open(setting) });
    }
    await Promise.all(ended.map(([, { opened }]) => closeOne(opened)));
    return ended.map(([id]) => id);
  }

  of(channelId: string): Opened {
    return this.kept.get(channelId)?.opened ?? { refused: `there is no channel ${channelId}` };
  }

  async close(): Promise<void> {
    const all = [...this.kept.values()];
    this.kept.clear();
    await Promise.all(all.map(({ opened }) => closeOne(opened)));
  }

  private open({ id, type, config, enabled }: ChannelSetting): Opened {
    if (!enabled) return { refused: `channel ${id} is switched off` };
    const channel = this.types.get(type);
    if (channel === undefined) return { refused: `there is no channel type ${type}` };
    const parsed = channel.config.safeParse(config);
    if (!parsed.success) return { refused: `channel ${id} is not set up: ${namesOf(parsed.error.issues)}` };
    return { channel, sender: channel.create(parsed.data, this.deps) };
  }
}

/** Which fields, never their values: some are secret. */
export function namesOf(issues: readonly { readonly path: readonly PropertyKey[] }[]): string {
  return [...new Set(issues.map(({ path }) => path.join(".") || "all of it"))].join(", ");
}

async function closeOne(opened: Opened): Promise<void> {
  if ("sender" in opened) await opened.sender.close();
}
