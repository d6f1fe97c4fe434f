import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readVariables, variableLines } from './variable-lines.js';

const VALUES = [
  '',
  'Acme',
  'Acme Söhne',
  'Smith & Co #1',
  '$HOME `id` "x" \\n',
  'Joe\'s "Bar" \\ $HOME',
  "it's `so`",
  'ends with \\',
  '#0b6e4f',
  'https://help.example.com/?a=1&b=$2#x',
  'mailto:it@example.com',
];

describe('lines of variables', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-auth-lines-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(VALUES)('say %j to us, and to a shell', (value) => {
    const text = variableLines({ NAME: value, NEXT: 'x' });
    expect(readVariables(text, 'the file')).toEqual({ NAME: value, NEXT: 'x' });
    const file = join(folder, 'settings.env');
    writeFileSync(file, text);
    const read = execFileSync('sh', ['-c', `set -a; . "${file}"; printf %s "$NAME"; [ "$NEXT" = x ]`], {
      encoding: 'utf8',
    });
    expect(read).toBe(value);
  });

  it.each([
    ["export NAME='Example Ltd'", 'Example Ltd'],
    ['NAME=Example Ltd # of 2026', 'Example Ltd'],
    ['  NAME="a\\"b"  # c', 'a"b'],
    ["NAME='a # b'", 'a # b'],
    ['NAME=', ''],
    ['NAME=a\r', 'a'],
  ])('are read as a shell or Compose reads them: %s', (line, value) => {
    expect(readVariables(`# comment\n\n${line}\n`, 'the file')).toEqual({ NAME: value });
  });

  it.each([
    "NAME='a",
    'NAME="$HOME"',
    'NAME=$HOME',
    'NAME=#0b6e4f',
    "NAME=it's",
    "NAME='a'b",
    'NAME',
    'a b=c',
  ])('are refused where they would be read otherwise: %s', (line) => {
    expect(() => readVariables(`A=b\n${line}\n`, 'the file')).toThrow(
      "the file, line 2: write NAME='value', with what a shell would make something of in single quotes.",
    );
  });
});
