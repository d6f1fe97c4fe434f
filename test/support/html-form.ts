export interface HtmlForm {
  action: string;
  /** What the browser would send, less the buttons. */
  fields: [string, string][];
  buttons: { name: string; value: string }[];
}

const unescape = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

function attributes(tag: string): Record<string, string> {
  const pairs = tag.matchAll(/([a-z-]+)(?:="([^"]*)")?/g);
  return Object.fromEntries([...pairs].map(([, name, value]) => [name, unescape(value ?? '')]));
}

/** The first form of a page, as a browser reads it. */
export function parseForm(html: string): HtmlForm {
  const [, head = '', body = ''] = /<form([^>]*)>(.*?)<\/form>/s.exec(html) ?? [];
  const inputs = [...body.matchAll(/<input((?:[^>"]|"[^"]*")*)>/g)].map(([, tag = '']) => attributes(tag));
  const buttons = [...body.matchAll(/<button([^>]*)>/g)].map(([, tag = '']) => attributes(tag));
  return {
    action: attributes(head)['action'] ?? '',
    fields: inputs.flatMap(({ name, value = '', type, checked }) =>
      name === undefined || (['checkbox', 'radio'].includes(type ?? '') && checked === undefined)
        ? []
        : [[name, value]],
    ),
    buttons: buttons.flatMap(({ name, value = '' }) => (name === undefined ? [] : [{ name, value }])),
  };
}
