import { describe, expect, it } from 'vitest';
import { accessPage } from './access.page.js';
import { type Branding, withBranding } from './branding.js';
import { errorPage } from './error.page.js';

const BRANDING: Branding = {
  title: 'Company sign-in',
  company: null,
  logo: null,
  styles: '',
  contact: null,
  links: [],
};
const ACCESS = {
  client: { name: 'Claude Code', clientId: 'c1', selfRegistered: true, publishedAt: null },
  redirectHost: 'claude.ai',
  isLoopback: false,
  device: null,
  resource: { name: 'Company tools', identifier: 'https://mcp.example.com/mcp' },
  account: { id: 'u1', name: 'Ada Lovelace', email: 'ada@example.com' },
  action: '/interaction/i1',
  csrf: 'csrf-token',
  switchAccount: '/sign-in?interaction=i1',
  message: 'No rule allows it.',
};
const PAGES: [string, () => string][] = [
  ['that somebody waits at', () => accessPage({ ...ACCESS, pending: true })],
  ['that refuses access', () => accessPage({ ...ACCESS, pending: false })],
  ['of an error', () => errorPage({ title: 'This request cannot go on', message: 'The client is unknown.' })],
];

function shown(page: () => string, contact: string | null): string {
  let html = '';
  withBranding({ ...BRANDING, contact }, () => (html = page()));
  return html;
}

describe.each(PAGES)('the page %s', (_name, page) => {
  it.each([
    ['mailto:it@example.com', 'it@example.com'],
    ['https://help.example.com/it', 'help.example.com/it'],
  ])('says whom to ask: %s', (contact, text) => {
    expect(shown(page, contact)).toContain(
      `Ask <a href="${contact}" rel="noreferrer"><bdi>${text}</bdi></a>.`,
    );
  });

  it('asks nobody where nobody is named', () => {
    expect(shown(page, null)).not.toContain('Ask <a');
  });
});
