import { type Alert, formatTopic } from "@linli/model";
import type { PublishAlertsCall } from "@linli/runtime";
import type { AlertStore } from "@linli/stores";
import type { Aedes } from "aedes";

const PAGE = 500;

/**
 * The retained `linli/v1/alerts/{alertId}` messages: for integrators, at QoS 0, in memory, one per open alert. What is
 * over is sent once more as it ended, and then retained no longer.
 */
export class AlertTopics {
  readonly #aedes: Aedes;

  constructor(aedes: Aedes) {
    this.#aedes = aedes;
  }

  publish(alerts: PublishAlertsCall["alerts"]): void {
    for (const { alertId, open, payload } of alerts) {
      this.#put(alertId, payload, open);
      if (!open) this.#put(alertId, "", true);
    }
  }

  /** What is open in the store, at start. */
  async restore(alerts: AlertStore): Promise<void> {
    for (let after: string | undefined; ; ) {
      const page = await alerts.alerts({ active: true }, { limit: PAGE, ...(after !== undefined && { after }) });
      this.publish(page.items.map(({ alert }) => publication(alert)));
      if (page.next === null) return;
      after = page.next;
    }
  }

  #put(alertId: string, text: string, retain: boolean): void {
    const topic = formatTopic({ type: "alert", alertId });
    const payload = Buffer.from(text);
    this.#aedes.publish({ cmd: "publish", topic, payload, qos: 0, retain, dup: false }, () => {});
  }
}

function publication(alert: Alert): PublishAlertsCall["alerts"][number] {
  return { alertId: alert.id, open: alert.active, payload: JSON.stringify(alert) };
}
