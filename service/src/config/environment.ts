import { readFileSync } from 'node:fs';
import { ConfigurationError } from './configuration.error.js';
import type { Variable } from './variable.js';

/** What the name of a variable ends with that says where a secret stands. */
const FILE = '_FILE';

/** Bytes of a file with a secret: anything longer is another file. */
const LONGEST_FILE = 65_536;

/** Environment variables as their descriptions read them; an empty one counts as not set. */
export class Environment {
  /** Names of others that a configuration file asked for. */
  readonly asked = new Set<string>();

  constructor(private readonly variables: NodeJS.ProcessEnv) {}

  /** Names of all that are set. */
  get names(): string[] {
    return Object.keys(this.variables).filter((name) => this.text(name) !== undefined);
  }

  /** @throws ConfigurationError with one sentence that names the variable. */
  get<Value>(variable: Variable<Value>): Value {
    const text = this.textOf(variable);
    return text === undefined ? variable.fallback : variable.parse(text);
  }

  /** Whether it is set, in whichever way. */
  has({ name, isSecret }: Variable): boolean {
    return this.text(name) !== undefined || (isSecret && this.text(name + FILE) !== undefined);
  }

  /** Whether a variable that nobody described is set to something that begins so. */
  startsWith(name: string, beginning: string): boolean {
    return this.text(name)?.startsWith(beginning) ?? false;
  }

  /** A variable that a configuration file names. */
  ask(name: string): string | undefined {
    this.asked.add(name);
    return this.text(name);
  }

  private text(name: string): string | undefined {
    return this.variables[name]?.trim() || undefined;
  }

  private textOf({ name, isSecret }: Variable): string | undefined {
    const [text, file] = [this.text(name), isSecret ? this.text(name + FILE) : undefined];
    if (file === undefined) return text;
    if (text !== undefined)
      throw new ConfigurationError(`${name} and ${name}${FILE} are both set: set one of them.`);
    return readSecretFile(name + FILE, file);
  }
}

/** @throws ConfigurationError with one sentence, which says nothing of what is in the file. */
function readSecretFile(name: string, file: string): string {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(
      `${name} ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  const text = content.trim();
  if (text === '') throw new ConfigurationError(`${name} ${file} is empty.`);
  if (content.length > LONGEST_FILE || text.includes('\0'))
    throw new ConfigurationError(`${name} ${file} is no file with a secret.`);
  return text;
}

/** Every way in which a variable can be given. */
export function spellings({ name, isSecret }: Variable): string[] {
  return isSecret ? [name, name + FILE] : [name];
}
