# The Muster service as an image. Node 24 runs the TypeScript of backend/ as it is: nothing is compiled.
#
#   docker build -t muster .                     the service
#   docker build -t muster-plugin --target plugin .   the built Grafana plugin, to fill a volume with

FROM node:24-slim AS base
WORKDIR /app

# Only what the service needs while it runs. The embedded PostgreSQL is optional and left out: set DATABASE_URL.
FROM base AS dependencies
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# Everything, to build the plugin.
FROM base AS plugin-build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY plugin.json webpack.config.mjs tsconfig.json tsconfig.ui.json LICENSE CHANGELOG.md ./
COPY scripts/plugin-build scripts/plugin-build
COPY docs/images docs/images
COPY backend/contract backend/contract
COPY src src
RUN node node_modules/webpack-cli/bin/cli.js --env production

# Copies the built plugin into the volume at /out and ends.
FROM base AS plugin
COPY --from=plugin-build /app/dist /plugin
CMD ["sh", "-c", "rm -rf /out/* && cp -R /plugin/. /out/"]

FROM base AS service
# Compiled code is kept in the user's own folder: from the second start on nothing is compiled, and the compiler of types is not loaded.
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/home/node/.cache/muster \
    MUSTER_HOST=0.0.0.0 \
    MUSTER_PORT=8080
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY backend backend
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
# Alive, not ready: a service that waits for its database is not to be killed for it. Readiness is /readyz.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+process.env.MUSTER_PORT+'/healthz').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# A small young generation, and an old one that is collected when it has grown by half: by default both grow to several times
# what is in use, which is never given back. Neither bounds what may be in use.
CMD ["node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=8", "--heap-growing-percent=50", "backend/main.ts", "serve"]
