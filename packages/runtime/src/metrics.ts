import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  /** `read` is called at each scrape. */
  gauge(name: string, help: string, read?: () => number): Gauge;
  /** One for each value of `label`, all read at each scrape. */
  gauges(name: string, help: string, label: string, read: () => Readonly<Record<string, number>>): Gauge;
  /** Buckets in seconds. */
  histogram(name: string, help: string, buckets: readonly number[], labels?: readonly string[]): Histogram;
  /** Prometheus text. */
  text(): Promise<string>;
}

/** The metrics of one process, every name under `prefix` (`linli_broker_`), its own memory and event loop included. */
export function createMetrics(prefix: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix });
  const registers = [registry];
  return {
    counter: (name, help, labels = []) =>
      new Counter({ name: prefix + name, help, labelNames: [...labels], registers }),
    gauge: (name, help, read) =>
      new Gauge({
        name: prefix + name,
        help,
        registers,
        ...(read && {
          collect() {
            this.set(read());
          },
        }),
      }),
    gauges: (name, help, label, read) =>
      new Gauge({
        name: prefix + name,
        help,
        labelNames: [label],
        registers,
        collect() {
          this.reset();
          for (const [of, value] of Object.entries(read())) this.set({ [label]: of }, value);
        },
      }),
    histogram: (name, help, buckets, labels = []) =>
      new Histogram({ name: prefix + name, help, buckets: [...buckets], labelNames: [...labels], registers }),
    text: () => registry.metrics(),
  };
}
