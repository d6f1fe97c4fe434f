import { ConfigurationError } from './configuration.error.js';

/** Typed readings of environment variables; an empty one counts as not set. */
export class Environment {
  constructor(private readonly variables: NodeJS.ProcessEnv) {}

  text(name: string): string | undefined {
    return this.variables[name]?.trim() || undefined;
  }

  /** @throws ConfigurationError for anything but a whole number from `least` to `most`. */
  integer(name: string, fallback: number, least: number, most = Number.MAX_SAFE_INTEGER): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new ConfigurationError(`${name} must be a whole number ${range}, not "${text}".`);
  }

  /** @throws ConfigurationError for anything but one of `choices`. */
  choice<const Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const choice = choices.find((candidate) => candidate === text);
    if (choice) return choice;
    throw new ConfigurationError(`${name} must be one of ${choices.join(', ')}, not "${text}".`);
  }
}
