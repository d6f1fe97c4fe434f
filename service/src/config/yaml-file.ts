import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import { ConfigurationError } from './configuration.error.js';

/** Where something stands in a file: keys, and numbers of entries. */
export type YamlPath = readonly (string | number)[];

/** A YAML file whose parts are read one by one; every complaint is one sentence that says where. */
export class YamlFile {
  /** All of it, as plain values. */
  readonly content: unknown;
  private readonly lines = new LineCounter();
  private readonly document: Document;

  /**
   * @param variable that names the file.
   * @param language what its people write it in; JSON is YAML, too.
   * @throws ConfigurationError when it cannot be read, or is no YAML.
   */
  constructor(
    private readonly variable: string,
    readonly file: string,
    private readonly language: 'JSON' | 'YAML' = 'YAML',
  ) {
    const text = this.load();
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false });
    // A warning is of a tag or a directive that nobody knows: what it was meant to say would go unheard.
    const [problem] = [...this.document.errors, ...this.document.warnings];
    if (problem) throw this.error(problem.pos[0], problem.message.replace(/\.$/, ''));
    visit(this.document, {
      Alias: (_, node) => {
        if (!node.resolve(this.document))
          throw this.error(node.range?.[0] ?? 0, `*${node.source} is named nowhere above`);
      },
    });
    try {
      this.content = this.document.toJS();
    } catch (error) {
      throw this.error(0, error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * @param name what complaints call it; by default as the file does.
   * @throws ConfigurationError for anything but a mapping with some of these keys, each with a value.
   */
  mapping(
    path: YamlPath,
    value: unknown,
    keys: readonly string[],
    name = label(path),
  ): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.complaint(path, `${name} must be a mapping with ${keys.join(', ')}`);
    for (const [key, item] of Object.entries(value)) {
      if (!keys.includes(key)) throw this.complaint([...path, key], `${key} is none of ${keys.join(', ')}`);
      // Lines that were taken out must not turn into what holds by default.
      if (item === null)
        throw this.complaint([...path, key], `${key} has no value: give it one, or take it out`);
    }
    return value as Record<string, unknown>;
  }

  list(path: YamlPath, value: unknown): unknown[] {
    if (!Array.isArray(value)) throw this.complaint(path, `${label(path)} must be a list`);
    return value;
  }

  text(path: YamlPath, value: unknown): string {
    if (typeof value !== 'string' || value.trim() === '' || value.includes('\0'))
      throw this.complaint(path, `${label(path)} must be text`);
    return value;
  }

  choice<const Choice extends string>(path: YamlPath, value: unknown, choices: readonly Choice[]): Choice {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw this.complaint(path, `${label(path)} must be ${choices.join(', ')}`);
    return choice;
  }

  /** A list of texts. */
  texts(path: YamlPath, value: unknown): string[] {
    return this.list(path, value).map((item, index) => this.text([...path, index], item));
  }

  /** A list of one text or more. */
  someTexts(path: YamlPath, value: unknown): string[] {
    const texts = this.texts(path, value);
    if (texts.length === 0) throw this.complaint(path, `${label(path)} must not be empty`);
    return texts;
  }

  /** @throws ConfigurationError with the first of the problems, at the entry of the list that has it. */
  refuse(
    path: YamlPath,
    values: readonly string[],
    problem: (value: string, index: number, values: readonly string[]) => string | null,
  ): void {
    for (const [index, value] of values.entries()) {
      const sentence = problem(value, index, values);
      if (sentence !== null) throw this.complaint([...path, index], sentence);
    }
  }

  /** A complaint about what stands at the path, or at the nearest thing above it that is there. */
  complaint(path: YamlPath, sentence: string): ConfigurationError {
    return new ConfigurationError(this.remark(path, sentence));
  }

  /** The same as a sentence. */
  remark(path: YamlPath, sentence: string): string {
    for (let depth = path.length; depth >= 0; depth--) {
      const node: unknown = this.document.getIn(path.slice(0, depth), true);
      if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
        return this.at(Number(node.range[0]), sentence);
    }
    return this.at(0, sentence);
  }

  private error(offset: number, sentence: string): ConfigurationError {
    return new ConfigurationError(this.at(offset, sentence));
  }

  private at(offset: number, sentence: string): string {
    const { line, col } = this.lines.linePos(offset);
    return `${this.variable} ${this.file}, line ${Math.max(1, line)}, column ${Math.max(1, col)}: ${sentence}.`;
  }

  private load(): string {
    try {
      return readFileSync(this.file, 'utf8');
    } catch (error) {
      throw new ConfigurationError(
        `${this.variable} ${this.file} cannot be read as ${this.language}: ${error instanceof Error ? error.message : String(error)}.`,
      );
    }
  }
}

/** What a complaint calls the thing at a path. */
function label(path: YamlPath): string {
  const [last, above] = [path.at(-1), path.at(-2)];
  return last === undefined ? 'the file' : typeof last === 'number' ? `an entry of ${String(above)}` : last;
}
