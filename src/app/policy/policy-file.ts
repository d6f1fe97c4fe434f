import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { ConfigurationError } from '../config/configuration.error.js';
import { selectorProblem } from './client-selector.js';
import type { AccessRule, ClientRules, Policy } from './policy.js';

type Path = (string | number)[];

const MODES = ['open', 'approval', 'allow-list'] as const;

/**
 * The policy of a YAML file.
 * @param servers identifiers of the MCP servers that there are.
 * @throws ConfigurationError with one sentence, with line and column where there is one to name.
 */
export function readPolicyFile(file: string, servers: readonly string[]): Policy {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(
      `MCP_AUTH_POLICY_FILE ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  return new PolicyReader(file, text, servers).read();
}

/** Reads one text; every complaint says where. */
class PolicyReader {
  private readonly lines = new LineCounter();
  private readonly document: Document;

  constructor(
    private readonly file: string,
    text: string,
    private readonly servers: readonly string[],
  ) {
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
  }

  read(): Policy {
    const [problem] = this.document.errors;
    if (problem) throw this.error(problem.pos[0], problem.message.replace(/\.$/, ''));
    const { rules = [], clients = {} } = this.mapping([], this.content(), ['rules', 'clients']);
    return {
      rules: this.list(['rules'], rules).map((rule, index) => this.rule(['rules', index], rule)),
      clients: this.clientRules(['clients'], clients),
    };
  }

  private content(): unknown {
    try {
      return this.document.toJS();
    } catch (error) {
      throw this.error(0, error instanceof Error ? error.message : String(error));
    }
  }

  private rule(path: Path, value: unknown): AccessRule {
    const keys = ['name', 'groups', 'server', 'scopes', 'clients'];
    const { name, groups, server, scopes, clients = 'any' } = this.mapping(path, value, keys);
    if (typeof server !== 'string' || !this.servers.includes(server))
      throw this.complaint([...path, 'server'], `server must be one of ${this.servers.join(', ')}`);
    return {
      name: this.text([...path, 'name'], name),
      groups: groups === 'everyone' ? groups : this.texts([...path, 'groups'], groups),
      resource: server,
      scopes: scopes === 'all' ? scopes : this.texts([...path, 'scopes'], scopes),
      clients: clients === 'any' ? clients : this.selectors([...path, 'clients'], clients),
    };
  }

  private clientRules(path: Path, value: unknown): ClientRules {
    const known = this.mapping(path, value, ['mode', 'allowed', 'trusted']);
    const mode = MODES.find((name) => name === (known['mode'] ?? 'open'));
    if (!mode) throw this.complaint([...path, 'mode'], `mode must be ${MODES.join(', ')}`);
    return {
      mode,
      allowed: this.selectors([...path, 'allowed'], known['allowed'] ?? []),
      trusted: this.selectors([...path, 'trusted'], known['trusted'] ?? []),
    };
  }

  private selectors(path: Path, value: unknown): string[] {
    const selectors = this.list(path, value).map((item, index) => this.text([...path, index], item));
    for (const [index, selector] of selectors.entries()) {
      const problem = selectorProblem(selector);
      if (problem) throw this.complaint([...path, index], problem);
    }
    return selectors;
  }

  private texts(path: Path, value: unknown): string[] {
    const texts = this.list(path, value).map((item, index) => this.text([...path, index], item));
    if (texts.length === 0) throw this.complaint(path, `${String(path.at(-1))} must not be empty`);
    return texts;
  }

  private text(path: Path, value: unknown): string {
    if (typeof value !== 'string' || value === '' || value.includes('\0'))
      throw this.complaint(path, `${label(path)} must be text`);
    return value;
  }

  private list(path: Path, value: unknown): unknown[] {
    if (!Array.isArray(value)) throw this.complaint(path, `${label(path)} must be a list`);
    return value;
  }

  private mapping(path: Path, value: unknown, keys: readonly string[]): Record<string, unknown> {
    if (value === null && path.length <= 1) return {};
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.complaint(path, `${label(path)} must be a mapping with ${keys.join(', ')}`);
    for (const key of Object.keys(value))
      if (!keys.includes(key)) throw this.complaint([...path, key], `${key} is none of ${keys.join(', ')}`);
    return value as Record<string, unknown>;
  }

  /** A complaint about what stands at the path, or at the nearest thing above it that is there. */
  private complaint(path: Path, sentence: string): ConfigurationError {
    for (let depth = path.length; depth >= 0; depth--) {
      const node: unknown = this.document.getIn(path.slice(0, depth), true);
      if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
        return this.error(Number(node.range[0]), sentence);
    }
    return this.error(0, sentence);
  }

  private error(offset: number, sentence: string): ConfigurationError {
    const { line, col } = this.lines.linePos(offset);
    return new ConfigurationError(
      `MCP_AUTH_POLICY_FILE ${this.file}, line ${Math.max(1, line)}, column ${Math.max(1, col)}: ${sentence}.`,
    );
  }
}

/** What a complaint calls the thing at a path. */
function label(path: Path): string {
  const [last, above] = [path.at(-1), path.at(-2)];
  return last === undefined ? 'the file' : typeof last === 'number' ? `an entry of ${String(above)}` : last;
}
