# The build: everything, and nothing of it stays.
FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY service/package.json service/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

# The service: production dependencies alone.
FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 MCP_AUTH_DATA_DIR=/data
WORKDIR /app
COPY package.json package-lock.json ./
COPY service/package.json service/
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force && install -d -o node -g node -m 700 /data
COPY --from=build /app/dist ./dist
COPY --from=build /app/service/dist ./service/dist
COPY --from=build /app/service/template ./service/template
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "service/dist/main.js"]
