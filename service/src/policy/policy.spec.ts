import { describe, expect, it } from 'vitest';
import type { PolicyQuestion } from 'nestjs-mcp-auth';
import { evaluate, type PolicyFacts } from './evaluate.js';
import { HeldGroups } from './held-groups.js';
import type { AccessRule, ClientRules, Policy } from '../config/policy.js';

const FILES = 'https://files.example.com/mcp';
const OTHER = 'https://other.example.com/mcp';

const engineers: AccessRule = {
  name: 'Engineers',
  groups: ['engineering'],
  resource: FILES,
  scopes: ['files:read'],
  clients: 'any',
};
const leads: AccessRule = { ...engineers, name: 'Leads', groups: ['leads'], scopes: ['files:all'] };
const everyone: AccessRule = { ...engineers, name: 'Everyone', groups: 'everyone', scopes: ['files:list'] };
const throughClaude: AccessRule = {
  ...engineers,
  name: 'Through Claude',
  groups: 'everyone',
  scopes: 'all',
  clients: ['https://claude.ai/'],
};

interface Case {
  rules?: AccessRule[];
  clients?: Partial<ClientRules>;
  groups?: string[];
  scopes?: string[];
  question?: Partial<PolicyQuestion>;
  facts?: Partial<PolicyFacts>;
}

function decide({
  rules = [engineers, leads, everyone],
  clients,
  groups = [],
  scopes,
  question,
  facts,
}: Case) {
  const policy: Policy = { rules, clients: { mode: 'open', allowed: [], trusted: [], ...clients } };
  const asked: PolicyQuestion = {
    account: { id: 'ada' },
    client: { clientId: 'a client', name: 'Claude', source: 'registered' },
    redirectUri: 'https://client.example/callback',
    resource: FILES,
    scopes: scopes ?? ['files:read'],
    at: 'authorization',
    ...question,
  };
  const known: PolicyFacts = {
    resourceName: 'Files',
    scopeHierarchy: { 'files:all': ['files:read', 'files:write'] },
    standing: null,
    now: 0,
    groups: new HeldGroups([{ issuer: null, groups, readAt: null }], { providers: [] }, 0),
    ...facts,
  };
  const decision = evaluate(policy, asked, known);
  return decision.outcome === 'allowed'
    ? [decision.scopes.join(' '), decision.reason, ...(decision.trusted ? ['trusted'] : [])]
    : [decision.outcome, decision.reason];
}

const document = (clientId: string): Partial<PolicyQuestion> => ({
  client: { clientId, name: null, source: 'document' },
  redirectUri: 'http://127.0.0.1:1234/callback',
});
const NOT_LISTED = ['denied', 'The client is not on the list of allowed clients.'];
const NO_RULE = ['denied', 'No rule allows it.'];

describe('the policy', () => {
  it.each<[string, Case, string[]]>([
    [
      'what a rule gives until its end',
      {
        rules: [{ ...engineers, until: '2027-01-01T00:00:00.000Z' }],
        groups: ['engineering'],
        facts: { now: Date.parse('2026-12-31T23:59:59.999Z') },
      },
      ['files:read', 'Engineers'],
    ],
    [
      'nothing by a rule that has ended',
      {
        rules: [{ ...engineers, until: '2027-01-01T00:00:00.000Z' }],
        groups: ['engineering'],
        facts: { now: Date.parse('2027-01-01T00:00:00.000Z') },
      },
      NO_RULE,
    ],
    [
      'nothing with a client that was refused',
      { clients: { mode: 'approval' }, groups: ['engineering'], facts: { standing: 'refused' } },
      ['denied', 'The client was refused.'],
    ],
    [
      'all the same where clients are open, whatever was decided of them',
      { clients: { mode: 'open' }, groups: ['engineering'], facts: { standing: 'refused' } },
      ['files:read', 'Engineers'],
    ],
    ['nothing without rules', { rules: [], groups: ['engineering'] }, NO_RULE],
    ['what a group may', { groups: ['engineering'] }, ['files:read', 'Engineers']],
    ['nothing to a group without a rule', { rules: [engineers], groups: ['sales'] }, NO_RULE],
    ['nothing to nobody', { rules: [engineers] }, NO_RULE],
    ['nothing by a group of another spelling', { rules: [engineers], groups: ['Engineering'] }, NO_RULE],
    ['nothing on another server', { groups: ['engineering'], question: { resource: OTHER } }, NO_RULE],
    [
      'no more than the rule',
      { groups: ['engineering'], scopes: ['files:read', 'files:write'] },
      ['files:read', 'Engineers'],
    ],
    ['nothing when none of it is ruled', { groups: ['engineering'], scopes: ['files:write'] }, NO_RULE],
    [
      'what a broader scope implies',
      { groups: ['leads'], scopes: ['files:write'] },
      ['files:write', 'Leads'],
    ],
    ['no broader scope for a narrower one', { groups: ['engineering'], scopes: ['files:all'] }, NO_RULE],
    [
      'what several rules add up to',
      { groups: ['engineering'], scopes: ['files:read', 'files:list'] },
      ['files:read files:list', 'Engineers, Everyone'],
    ],
    [
      "the server's own scopes beside others",
      { groups: ['engineering'], scopes: ['openid', 'files:read', 'offline_access'] },
      ['openid files:read offline_access', 'Engineers'],
    ],
    [
      "the server's own scopes alone",
      { groups: ['engineering'], scopes: ['openid'] },
      ['openid', 'Engineers, Everyone'],
    ],
    ["not the server's own scopes without a rule", { rules: [], scopes: ['openid', 'profile'] }, NO_RULE],
    [
      'no scope that is a word of JavaScript',
      { groups: ['engineering'], scopes: ['toString', 'constructor'] },
      NO_RULE,
    ],
    [
      'all scopes by one word',
      { rules: [{ ...everyone, scopes: 'all' }], scopes: ['anything'] },
      ['anything', 'Everyone'],
    ],
    ['nothing through a client that the rule does not name', { rules: [throughClaude] }, NO_RULE],
    [
      'all through a client that it names by its redirect',
      { rules: [throughClaude], question: { redirectUri: 'https://claude.ai/api/callback' } },
      ['files:read', 'Through Claude'],
    ],
    [
      'all through a client that it names by its document',
      { rules: [throughClaude], question: document('https://claude.ai/client.json') },
      ['files:read', 'Through Claude'],
    ],
    [
      'nothing through a client that only calls itself so',
      {
        rules: [throughClaude],
        question: { client: { clientId: 'https://claude.ai/x', name: 'Claude', source: 'registered' } },
      },
      NO_RULE,
    ],
    [
      'nothing while a client waits',
      { clients: { mode: 'approval' }, groups: ['engineering'] },
      ['pending', 'The client is not approved.'],
    ],
    ['no waiting to somebody without access', { clients: { mode: 'approval' }, rules: [] }, NO_RULE],
    [
      'all by an approved client',
      { clients: { mode: 'approval' }, groups: ['engineering'], facts: { standing: 'approved' } },
      ['files:read', 'Engineers'],
    ],
    [
      'nothing to a client that is not listed',
      { clients: { mode: 'allow-list' }, groups: ['engineering'] },
      NOT_LISTED,
    ],
    [
      'nothing to a listed name on this computer',
      {
        clients: { mode: 'allow-list', allowed: ['https://localhost/'] },
        groups: ['engineering'],
        question: { redirectUri: 'http://localhost/callback' },
      },
      NOT_LISTED,
    ],
    [
      'all to a client that is listed',
      { clients: { mode: 'allow-list', allowed: ['https://client.example'] }, groups: ['engineering'] },
      ['files:read', 'Engineers'],
    ],
    [
      'all to a client of the house, without approval or consent',
      {
        clients: { mode: 'approval', trusted: ['https://client.example/callback'] },
        groups: ['engineering'],
      },
      ['files:read', 'Engineers', 'trusted'],
    ],
    [
      'nothing without consent below a URL of the house',
      {
        clients: { trusted: ['https://client.example/', 'https://client.example'] },
        groups: ['engineering'],
      },
      ['files:read', 'Engineers'],
    ],
    [
      'all to a client of the house that is not listed otherwise',
      {
        clients: { mode: 'allow-list', trusted: ['https://client.example/callback'] },
        groups: ['engineering'],
      },
      ['files:read', 'Engineers', 'trusted'],
    ],
    [
      'nothing to a client of the house without a rule',
      { clients: { trusted: ['https://client.example/callback'] }, rules: [] },
      NO_RULE,
    ],
  ])('allows %s', (_, given, expected) => {
    expect(decide(given)).toEqual(expected);
  });
});
