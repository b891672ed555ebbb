import type { PipelineInput } from "@linli/alerting";
import type { Alert } from "@linli/model";
import type { Clock, PublishAlertsCall } from "@linli/runtime";

/** At most so many wait for a broker that is away; when it comes back it reads what is open from the store itself. */
const MOST_WAITING = 10_000;
const AT_ONCE = 1_000;
const AGAIN_MS = 1_000;

/** Gives the broker the alerts that changed, for its `linli/v1/alerts/…`: the last word on each, best effort. */
export class AlertTopics {
  private readonly call: (body: PublishAlertsCall) => Promise<unknown>;
  private readonly clock: Clock;
  private readonly waiting = new Map<string, Alert>();
  private sending = false;
  private isStopped = false;

  constructor(call: (body: PublishAlertsCall) => Promise<unknown>, clock: Clock) {
    this.call = call;
    this.clock = clock;
  }

  changed(inputs: readonly PipelineInput[]): void {
    for (const input of inputs) {
      if (input.type !== "alert") continue;
      const { alert } = input.effect;
      this.waiting.delete(alert.id);
      this.waiting.set(alert.id, alert);
    }
    for (const id of this.waiting.keys()) {
      if (this.waiting.size <= MOST_WAITING) break;
      this.waiting.delete(id);
    }
    void this.send();
  }

  stop(): void {
    this.isStopped = true;
  }

  private async send(): Promise<void> {
    if (this.sending || this.isStopped) return;
    this.sending = true;
    try {
      while (this.waiting.size > 0) {
        const alerts = [...this.waiting.values()].slice(0, AT_ONCE);
        await this.call({
          alerts: alerts.map((alert) => ({ alertId: alert.id, open: alert.active, payload: JSON.stringify(alert) })),
        });
        for (const alert of alerts) if (this.waiting.get(alert.id) === alert) this.waiting.delete(alert.id);
      }
    } catch {
      this.clock.after(AGAIN_MS, () => void this.send());
    } finally {
      this.sending = false;
    }
  }
}
