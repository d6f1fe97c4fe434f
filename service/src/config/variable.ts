import { ConfigurationError } from './configuration.error.js';

/** One environment variable: all that its reader, the start and the reference know of it. */
export interface Variable<Value = unknown> {
  readonly name: string;
  /** What it is, in one plain sentence of Markdown. */
  readonly is: string;
  /** What it may be, in words; undefined where any text may stand. */
  readonly values?: string;
  /** What holds where it is not set. */
  readonly fallback: Value;
  /** That, in words, where it is no plain value. */
  readonly otherwise?: string;
  /** Whether it can be given as a file, by a variable with `_FILE` at its end. */
  readonly isSecret: boolean;
  /** The variable without which it has no effect, and with which of its values it has one. */
  readonly needs?: readonly [name: string, ...values: string[]];
  /** @throws ConfigurationError with one sentence. */
  parse(text: string): Value;
}

/** What a variable is told beside its name. */
interface Description<Fallback> {
  is: string;
  fallback?: Fallback;
  otherwise?: string;
  needs?: readonly [name: string, ...values: string[]];
}

/** What is wrong with a text, in words that follow the variable's name; null where nothing is. */
export type Check = (text: string) => string | null;

/** Any text, or one that a check lets pass. */
export function text<Fallback extends string | undefined = undefined>(
  name: string,
  description: Description<Fallback> & { values?: string; check?: Check; isSecret?: boolean },
): Variable<string | Fallback> {
  const { check = () => null, isSecret = false, ...rest } = description;
  return {
    ...describe(name, rest),
    isSecret,
    parse(text) {
      const problem = check(text);
      if (problem !== null) throw new ConfigurationError(`${name} ${problem}.`);
      return text;
    },
  };
}

/** A text that opens something: it can be given as a file, and is never repeated. */
export function secret(
  name: string,
  description: Description<undefined> & { values?: string; check?: Check },
): Variable<string | undefined> {
  return text(name, { ...description, isSecret: true });
}

/** Texts separated by commas. */
export function texts(
  name: string,
  { check = () => null, ...description }: Description<readonly string[]> & { check?: Check },
): Variable<readonly string[]> {
  return {
    ...describe(name, { fallback: [], ...description }),
    parse(text) {
      const items = text.split(',').flatMap((item) => item.trim() || []);
      const problem = items.map(check).find((sentence) => sentence !== null);
      if (problem) throw new ConfigurationError(`${name} ${problem}.`);
      // Nobody writes commas to say nothing, and for some lists nothing means everything.
      if (items.length === 0) throw new ConfigurationError(`${name} has commas alone: name something.`);
      return items;
    },
  };
}

/** A whole number within bounds, which stand in the reference. */
export function wholeNumber<Fallback extends number | undefined = undefined>(
  name: string,
  description: Description<Fallback> & { from: number; to: number; zero?: string },
): Variable<number | Fallback> {
  const { from, to, zero, ...rest } = description;
  const orZero = zero === undefined ? '' : `, or 0 ${zero}`;
  return {
    ...describe(name, { ...rest, values: `${from} to ${to}${orZero}` }),
    parse(text) {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
      if ((value >= from && value <= to) || (orZero && value === 0)) return value;
      throw new ConfigurationError(
        `${name} must be a whole number from ${from} to ${to}${orZero}, not "${text}".`,
      );
    },
  };
}

/** One of some words. */
export function choice<
  const Choice extends string,
  const Fallback extends NoInfer<Choice> | undefined = undefined,
>(name: string, choices: readonly Choice[], description: Description<Fallback>): Variable<Choice | Fallback> {
  return {
    ...describe(name, { ...description, values: choices.map((word) => `\`${word}\``).join(', ') }),
    parse(text) {
      const found = choices.find((candidate) => candidate === text);
      if (found !== undefined) return found;
      throw new ConfigurationError(`${name} must be one of ${choices.join(', ')}, not "${text}".`);
    },
  };
}

function describe<Fallback>(name: string, description: Description<Fallback> & { values?: string }) {
  // Left out, it is undefined, which its type says.
  return { isSecret: false, ...description, name, fallback: description.fallback as Fallback };
}
