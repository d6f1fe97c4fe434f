import { createHash } from 'node:crypto';

const VOID = new Set(['br', 'hr', 'img', 'input', 'link', 'meta']);
const TAG = /^<(\/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z:-]+(?:="[^"<]*")?)*)\s*(\/?)>/;
const ATTRIBUTE = /([A-Za-z:-]+)(?:="([^"]*)")?/g;
const REFERENCES = ['for', 'aria-describedby', 'aria-labelledby'];

export interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
  parents: Element[];
}

/** Every element of a page of ours. @throws when a tag is malformed, out of place or left open. */
export function parsePage(html: string): Element[] {
  if (!html.startsWith('<!DOCTYPE html><html')) throw new Error('The page has no document type.');
  const elements: Element[] = [];
  const open: Element[] = [];
  let rest = html.slice('<!DOCTYPE html>'.length);
  while (rest) {
    const inside = open.at(-1)?.name ?? '';
    const end = rest.indexOf(['style', 'script'].includes(inside) ? `</${inside}>` : '<');
    if (end !== 0) {
      const text = rest.slice(0, end === -1 ? rest.length : end);
      for (const element of open) element.text += text;
      rest = rest.slice(text.length);
      continue;
    }
    const [tag, closes, name = '', attributes = '', selfCloses] = TAG.exec(rest) ?? [];
    if (tag === undefined) throw new Error(`Malformed markup: ${rest.slice(0, 80)}`);
    rest = rest.slice(tag.length);
    if (closes) {
      const last = open.pop();
      if (last?.name !== name) throw new Error(`</${name}> closes <${last?.name ?? 'nothing'}>.`);
      continue;
    }
    const pairs = [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', value = '']) => [key, value]);
    const element = { name, attributes: Object.fromEntries(pairs), text: '', parents: [...open] };
    elements.push(element);
    if (!selfCloses && !VOID.has(name)) open.push(element);
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name}> is left open.`);
  return elements;
}

/** What opens a client, beside pages of our own. */
const CLIENTS =
  /^(vscode(-insiders)?:mcp|cursor:\/\/anysphere|goose:\/\/extension|https:\/\/claude\.ai\/customize)/;

/**
 * What is wrong with a page: empty when it is well-formed, self-contained and accessible in what can be read off it.
 * @param scripts that may be on it, as its content security policy names them.
 */
export function faultsOf(html: string, scripts: readonly string[] = []): string[] {
  const elements = parsePage(html);
  // A drawing has titles of its own.
  const all = (name: string) =>
    elements.filter((element) => element.name === name && element.parents.every((one) => one.name !== 'svg'));
  const ids = elements.flatMap(({ attributes }) => attributes['id'] ?? []);
  const faults: string[] = [];
  const expect = (holds: boolean, fault: string) => void (holds || faults.push(fault));

  expect(all('html')[0]?.attributes['lang'] === 'en', 'no language');
  expect(Boolean(all('title')[0]?.text.trim()), 'no title');
  for (const one of ['title', 'main', 'h1', 'style']) expect(all(one).length === 1, `not one ${one}`);
  for (const name of ['iframe', 'img', 'object', 'embed', 'base']) expect(all(name).length === 0, name);
  for (const { text } of all('script'))
    expect(scripts.includes(`'sha256-${createHash('sha256').update(text).digest('base64')}'`), 'a script');
  for (const meta of ['viewport', 'color-scheme'])
    expect(
      all('meta').some(({ attributes }) => attributes['name'] === meta),
      `no ${meta}`,
    );
  expect(new Set(ids).size === ids.length, `an id twice: ${ids.join(' ')}`);
  for (const { name, attributes } of elements) {
    for (const [key, value] of Object.entries(attributes)) {
      expect(!/^on|^style$|^srcdoc$/.test(key), `${key} on ${name}`);
      if (['href', 'src', 'action'].includes(key))
        expect(
          ids.includes(value.replace(/^#/, '')) ||
            /^(\/(?!\/)|data:image\/svg)/.test(value) ||
            CLIENTS.test(value),
          `${key}=${value}`,
        );
      if (REFERENCES.includes(key))
        for (const id of value.split(' ')) expect(ids.includes(id), `${key} names no element: ${id}`);
    }
  }
  for (const { attributes, parents } of all('input')) {
    if (attributes['type'] === 'hidden') continue;
    const labelled =
      parents.some(({ name, text }) => name === 'label' && text.trim()) ||
      all('label').some((label) => label.attributes['for'] === attributes['id'] && label.text.trim());
    expect(labelled, `no label for ${attributes['name']}`);
    if (attributes['type'] !== 'checkbox')
      expect('autocomplete' in attributes, `no autocomplete on ${attributes['name']}`);
  }
  for (const { text, attributes } of all('button')) {
    // What only a script can press is there where one runs.
    const isPressable = attributes['type'] === 'submit' || 'hidden' in attributes;
    expect(Boolean(text.trim()) && isPressable, `a button without text or type: ${text}`);
  }
  for (const link of all('a')) expect(Boolean(link.text.trim()), 'a link without text');
  for (const form of all('form')) {
    const inside = all('input').filter(({ parents }) => parents.includes(form));
    const { method = 'get' } = form.attributes;
    const carries = (type: string, name: string) =>
      inside.some(({ attributes }) => attributes['type'] === type || attributes['name'] === name);
    if (method === 'get') expect(!carries('password', 'csrf'), 'a secret in a query');
    else expect(method === 'post' && carries('', 'csrf'), 'a form without a CSRF token');
  }
  return faults;
}
