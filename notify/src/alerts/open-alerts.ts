import type { Alert } from "@linli/model";
import type { AlertStore } from "@linli/stores";

const PAGE = 500;

/**
 * The alerts that are open now. The very first start over a history that is there already begins with them: those of the
 * past are nobody's to be told of any more, and years of them need not be read.
 */
export async function openAlerts(alerts: AlertStore): Promise<Alert[]> {
  const open: Alert[] = [];
  for (let after: string | undefined; ; ) {
    const page = await alerts.alerts({ active: true }, { limit: PAGE, ...(after !== undefined && { after }) });
    open.push(...page.items.map(({ alert }) => alert));
    if (page.next === null) return open;
    after = page.next;
  }
}
