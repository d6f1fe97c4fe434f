import type { ParseArgsConfig } from 'node:util';
import type { ServiceConfig } from '../config/service-config.js';

/** What the program does besides running the service: `nestjs-mcp-auth-service <name> [options]`. */
export interface Command {
  name: string;
  /** What comes after the name. */
  usage: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** @returns the exit code. @throws ConfigurationError with one sentence that says what is wrong with the values. */
  run(values: Readonly<Record<string, unknown>>, config: ServiceConfig): Promise<number>;
}
