# The build: everything, and nothing of it stays.
FROM node:22.23.3-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY service/package.json service/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

# The service: production dependencies alone.
FROM node:22.23.3-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 MCP_AUTH_DATA_DIR=/data
WORKDIR /app
COPY package.json package-lock.json ./
COPY service/package.json service/
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force && install -d -o node -g node -m 700 /data \
  && ln -s /app/service/dist/main.js /usr/local/bin/nestjs-mcp-auth-service
COPY --from=build /app/dist ./dist
COPY --from=build --chmod=755 /app/service/dist ./service/dist
COPY --from=build /app/service/template ./service/template
USER node
VOLUME /data
EXPOSE 3000
# Alive, not ready: a new process helps nobody whose database is away, or who has no administrator yet.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Commands come after it: docker run … admin create ada@example.com
ENTRYPOINT ["node", "service/dist/main.js"]
