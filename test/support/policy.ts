import { Injectable, type Type } from '@nestjs/common';
import { AuthorizationPolicy, type PolicyDecision, type PolicyQuestion } from '../../src/index.js';

export type Rule = (question: PolicyQuestion) => PolicyDecision;

export const allow =
  (...scopes: string[]): Rule =>
  () => ({ outcome: 'allowed', scopes, reason: 'A test allows it.' });
export const deny: Rule = () => ({
  outcome: 'denied',
  reason: 'A test denies it.',
  message: 'Ask <b>Bob</b> for access.',
});
export const wait: Rule = () => ({
  outcome: 'pending',
  reason: 'A test waits.',
  message: 'Somebody must look at this application first.',
});

/** A policy of one rule, which stands somewhere else than in the replicas: each knows it as it last read it. */
export interface TestPolicy {
  policy: Type<AuthorizationPolicy & { rule: Rule }>;
  stored: {
    rule: Rule;
    /** What reading the rule waits for; called when it is begun. */
    reading?: () => Promise<void>;
  };
  questions: PolicyQuestion[];
}

export function testPolicy(): TestPolicy {
  const stored: TestPolicy['stored'] = {
    rule: allow('notes:read', 'notes:write', 'openid', 'offline_access'),
  };
  const questions: PolicyQuestion[] = [];

  @Injectable()
  class OneRule extends AuthorizationPolicy {
    rule: Rule = deny;

    override async decide(question: PolicyQuestion): Promise<PolicyDecision> {
      questions.push(question);
      return this.rule(question);
    }

    override async reload(): Promise<void> {
      await stored.reading?.();
      this.rule = stored.rule;
    }
  }
  return { policy: OneRule, stored, questions };
}
