import { describe, expect, it } from 'vitest';
import { ScopesByUri } from './scopes-by-uri.js';

describe('ScopesByUri', () => {
  const scopes = new ScopesByUri({
    'config://app': ['config'],
    'note://{id}': ['notes'],
    'note://{id}/secret': ['secrets'],
    'https://docs.example/{+path}/print{?page}': ['print'],
  });

  it.each([
    ['config://app', ['config']],
    ['config://other', []],
    ['note://7', ['notes']],
    ['note://7/', ['notes']],
    ['note://7/parts/8', ['notes']],
    ['note://7/secret', ['notes', 'secrets']],
    ['note://{id}', ['notes']],
    ['https://docs.example/a/b/print', ['print']],
    ['https://docs.example/a/b/print?page=2', ['print']],
    ['https://docs.example/a/b', []],
    ['other', []],
    ['', []],
    ['config://%zz', []],
    ['other://7', []],
  ])('knows what %j needs', (uri, needed) => {
    expect(scopes.of(uri)).toEqual(needed);
  });

  it.each([
    ['NOTE://7', ['notes']],
    [' note://7', ['notes']],
    ['no\tte://7', ['notes']],
    ['note://%37', ['notes']],
    ['note://7%2Fsecret', ['notes', 'secrets']],
    ['note%3A//7', ['notes']],
    ['HTTPS://DOCS.EXAMPLE:443/a/../b/print', ['print']],
    ['https://docs.example/x/%70rint', ['print']],
    ['https:\\\\docs.example\\x\\print', ['print']],
    ['config://App', ['config']],
    ['config://app/', ['config']],
    ['Note://7/Secret', ['notes', 'secrets']],
  ])('does not take %j for another resource than a server does', (uri, needed) => {
    expect(scopes.of(uri)).toEqual(expect.arrayContaining(needed));
  });

  it('takes no longer for a URI that is made to take long', () => {
    const many = new ScopesByUri({ [`a${'{x}b'.repeat(20)}c`]: ['s'] });
    const started = performance.now();
    expect(many.of(`a${'b'.repeat(100_000)}`)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
