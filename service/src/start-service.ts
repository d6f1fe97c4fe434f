import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { type Clock, McpHealth } from 'nestjs-mcp-auth';
import { AdminApiModule } from './admin-api/admin-api.module.js';
import { ApiDescription } from './admin-api/api-description.js';
import { AppModule } from './app.module.js';
import { ServiceClock } from './config/service-clock.js';
import { SettingsInForce } from './config/settings-in-force.js';
import type { ServiceConfig } from './config/service-config.js';
import { JSON_LIMIT } from './operations/json-limit.js';
import { measureRequests } from './operations/request-metrics.js';
import { ServiceMetrics } from './operations/service-metrics.js';
import { enterRequest } from './operations/request-context.js';
import { checkPorts, portProblem } from './operations/free-port.js';
import { RequestsInFlight } from './operations/requests-in-flight.js';
import { createLogger, requestLog, ServiceLogger } from './operations/service-logger.js';
import { showCompany } from './web/company.js';
import { leadBelow } from './web/href.js';
import { securityHeaders } from './web/security-headers.js';
import { ServiceExceptionFilter } from './operations/service-exception.filter.js';
import { AccessEnds } from './policy/access-ends.js';
import { ApprovalNotices } from './policy/approval-notices.js';
import { PolicyChanges } from './policy/policy-changes.js';

/** Builds, migrates and starts the service. @throws Error with one sentence that says what to change. */
export async function startService(
  config: ServiceConfig,
  clock?: Clock,
  logger = createLogger(config.logLevel),
): Promise<NestExpressApplication> {
  await checkPorts(config);
  const application = await buildService(config, clock, logger);
  try {
    await application.listen(config.port, config.host);
    await application.get(PolicyChanges).announceStart();
    application.get(AccessEnds).start();
    application.get(ApprovalNotices).start();
  } catch (error) {
    await application.close();
    throw portProblem(error, config.port, config.host);
  }
  return application;
}

/** The service before it listens. @throws Error with one sentence that says what to change. */
export async function buildService(
  config: ServiceConfig,
  clock?: Clock,
  logger = createLogger(config.logLevel),
): Promise<NestExpressApplication> {
  for (const warning of config.warnings) logger.warn(warning);
  const settings = new SettingsInForce(config.settings.pinned);
  const instruments = { requests: new RequestsInFlight(), metrics: new ServiceMetrics() };
  const adapter = new ExpressAdapter();
  // Ahead of the library's endpoints, which are mounted ahead of everything that comes later.
  adapter.use(instruments.requests.track);
  adapter.use(measureRequests(instruments.metrics));
  adapter.use(enterRequest);
  adapter.use(requestLog(logger));
  adapter.use(securityHeaders(config.address));
  adapter.use(leadBelow(config.address));
  adapter.use(showCompany(settings, config.address));
  const application = await NestFactory.create<NestExpressApplication>(
    AppModule.forConfig(config, settings, instruments, clock),
    adapter,
    {
      bodyParser: false,
      abortOnError: false,
      bufferLogs: true,
      logger: new ServiceLogger(logger),
    },
  );
  application.get(ServiceClock).follow(application.get(McpHealth));
  if (config.trustProxy !== undefined) application.set('trust proxy', config.trustProxy);
  application.disable('x-powered-by');
  application.useBodyParser('json', { limit: JSON_LIMIT });
  application.useBodyParser('urlencoded', { extended: false, limit: '64kb' });
  application.get(ApiDescription).describe(application, AdminApiModule);
  application.useGlobalFilters(new ServiceExceptionFilter());
  return application;
}
