import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The text of a how-to page. */
export function page(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, '../../docs/how-to', name), 'utf8');
}

/** The code of a how-to page, block by block, without the indentation of the list it stands in. */
export async function snippets(name: string, language: string): Promise<string[]> {
  const blocks = (await page(name)).matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^ *\`\`\``, 'gm'));
  return [...blocks].map(([, indent = '', code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}
