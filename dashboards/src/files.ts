import { allBoards } from "./boards/index.ts";
import { folderOf, LANGUAGES } from "./language.ts";
import { SOURCES } from "./parts/sources.ts";
import { platformRules } from "./prometheus/rules.ts";

const MADE = "# Made by `npm run generate` from dashboards/src; change it there.\n";

/** One password for all generations: of 1.x it is the user's, 2.x and 3 take the token as password of any user. */
function influxSource(uid: string, name: string, suffix: string, isDefault: boolean): string {
  return `  - name: ${name}
    uid: ${uid}
    type: influxdb
    access: proxy
    isDefault: ${isDefault}
    editable: false
    url: $LINLI_SERIES_URL
    basicAuth: true
    basicAuthUser: $LINLI_SERIES_USER
    secureJsonData:
      basicAuthPassword: $LINLI_SERIES_SECRET
    jsonData:
      version: InfluxQL
      dbName: \${LINLI_SERIES_DATABASE}${suffix}
      httpMode: POST
      timeInterval: 10s
`;
}

function datasources(): string {
  const { raw, fiveMinutes, hours, prometheus } = SOURCES;
  return `${MADE}# LINLI_SERIES_URL, LINLI_SERIES_DATABASE, LINLI_SERIES_USER, LINLI_SERIES_SECRET (password of 1.x, token of 2.x and 3)
# and LINLI_PROMETHEUS_URL are Grafana's environment. From a file instead: basicAuthPassword: $__file{/run/secrets/…}
apiVersion: 1
datasources:
${influxSource(raw.uid, raw.name, "", true)}${influxSource(fiveMinutes.uid, fiveMinutes.name, "_5m", false)}${influxSource(hours.uid, hours.name, "_1h", false)}  - name: ${prometheus.name}
    uid: ${prometheus.uid}
    type: prometheus
    access: proxy
    isDefault: false
    editable: false
    url: $LINLI_PROMETHEUS_URL
    jsonData:
      timeInterval: 15s
`;
}

function providers(): string {
  const each = LANGUAGES.map(
    (language) => `  - name: ${folderOf(language)}
    folder: ${folderOf(language)}
    folderUid: ${folderOf(language)}
    type: file
    allowUiUpdates: false
    updateIntervalSeconds: 60
    options:
      path: $LINLI_DASHBOARDS/${folderOf(language)}
`,
  );
  return `${MADE}# LINLI_DASHBOARDS is where dashboards/grafana stands for Grafana.
apiVersion: 1
providers:
${each.join("")}`;
}

function scrape(): string {
  return `${MADE}global:
  scrape_interval: 15s
  evaluation_interval: 15s
rule_files:
  - rules.yml
scrape_configs:
  - job_name: linli
    metrics_path: /metrics
    authorization:
      credentials_file: /etc/prometheus/linli-token
    static_configs:
      - targets: ["linli:8080"]
`;
}

/** Every file that is made from here, by its path in the repository. */
export function dashboardFiles(): Readonly<Record<string, string>> {
  const boards = allBoards().map(({ id, language, dashboard }) => {
    return [`dashboards/grafana/${folderOf(language)}/${id}.json`, `${JSON.stringify(dashboard, null, 2)}\n`] as const;
  });
  return {
    ...Object.fromEntries(boards),
    "dashboards/provisioning/datasources/linli.yaml": datasources(),
    "dashboards/provisioning/dashboards/linli.yaml": providers(),
    "dashboards/prometheus/prometheus.yml": scrape(),
    "dashboards/prometheus/rules.yml": `${MADE}${platformRules()}`,
  };
}
