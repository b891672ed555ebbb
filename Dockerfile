# One image for all processes: `linli start` supervises them, and each also runs alone (docker-compose.yml, profile split).
# The Node of package.json's optionalDependencies; test/deploy holds the two together.
ARG NODE=node:26.10.0-bookworm-slim

# The web pages. Their tools stay here.
FROM ${NODE} AS pages
WORKDIR /linli
COPY package.json package-lock.json ./
COPY packages/model/package.json packages/model/
COPY web/package.json web/
RUN npm ci --workspace web --include-workspace-root=false --omit=dev --no-audit --no-fund
COPY tsconfig.base.json ./
COPY packages/model packages/model
COPY web web
RUN npm run --silent build

# What the processes need, and nothing else: Node itself is the image's, so no optional package.
FROM ${NODE} AS packages
WORKDIR /linli
COPY package.json package-lock.json ./
COPY packages/alerting/package.json packages/alerting/
COPY packages/model/package.json packages/model/
COPY packages/notifiers/package.json packages/notifiers/
COPY packages/runtime/package.json packages/runtime/
COPY packages/stores/package.json packages/stores/
COPY broker/package.json broker/
COPY ingest/package.json ingest/
COPY notify/package.json notify/
COPY api/package.json api/
COPY devices-sim/package.json devices-sim/
COPY rules/package.json rules/
COPY cli/package.json cli/
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM ${NODE}
LABEL org.opencontainers.image.title="Linli" \
      org.opencontainers.image.description="Open facility monitoring for neighbourhoods" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /linli
COPY --from=packages /linli ./
COPY LICENSE ./
COPY packages/alerting packages/alerting
COPY packages/model packages/model
COPY packages/notifiers packages/notifiers
COPY packages/runtime packages/runtime
COPY packages/stores packages/stores
COPY broker broker
COPY ingest ingest
COPY notify notify
COPY api api
COPY devices-sim devices-sim
COPY rules rules
COPY cli cli
COPY deploy/container deploy/container
COPY --from=pages /linli/web/dist web/dist
# `docker compose exec linli linli doctor`; and the folder that a new volume takes its owner from
RUN ln -s ../../cli/src/main.ts node_modules/.bin/linli && install -d -o 1000 -g 1000 -m 700 /data
ENV NODE_ENV=production \
    PATH=/linli/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LINLI_DATA_DIR=/data \
    LINLI_HOST=0.0.0.0 \
    LINLI_DEMO=0
# The user `node` of the image, by number so that an orchestrator can see that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8080 1883
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --start-interval=2s \
    CMD ["node", "deploy/container/healthy.ts"]
# The supervisor handles signals and reaps its children: no init is needed.
CMD ["linli", "start"]
