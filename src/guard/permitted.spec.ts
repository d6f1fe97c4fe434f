import { describe, expect, it } from 'vitest';
import type { OperationKind } from './operation.js';
import { permitted } from './permitted.js';

describe('permitted', () => {
  const session = {
    may: (name: string, kind: OperationKind = 'tool') => `${kind} ${name}` !== 'tool b' && name !== 'x://b',
  };
  const lists = {
    tools: [{ name: 'a', description: 'A' }, { name: 'b' }],
    prompts: [{ name: 'b' }],
    resources: [{ uri: 'x://a' }, { uri: 'x://b' }],
    resourceTemplates: [{ uriTemplate: 'x://{a}' }, { uriTemplate: 'x://b' }],
    nextCursor: 'c',
  };

  it('leaves what the session may use, and everything else as it is', () => {
    expect(permitted(session, lists)).toEqual({
      tools: [{ name: 'a', description: 'A' }],
      prompts: [{ name: 'b' }],
      resources: [{ uri: 'x://a' }],
      resourceTemplates: [{ uriTemplate: 'x://{a}' }],
      nextCursor: 'c',
    });
  });

  it('leaves what is missing to see where a client shall ask for more', () => {
    expect(permitted(session, lists, { stepUp: true })).toEqual(lists);
  });
});
