import { HttpStatus } from '@nestjs/common';
import { Problem } from '../web/problem.js';
import { type PageLink, Refusal } from '../web/refusal.js';
import type { AccessRuleRow } from './entities/access-rule.entity.js';

export const TO_RULES: PageLink = { path: '/admin/access', text: 'Back to the rules' };

/** What somebody wants a rule to say cannot stand. */
export class InvalidRule extends Refusal {
  constructor(sentence: string) {
    super(HttpStatus.BAD_REQUEST, sentence, TO_RULES);
  }
}

/** Groups of a rule that nobody is in: whoever means them says so. */
export class UnseenGroups extends Problem {
  constructor(readonly groups: readonly string[]) {
    super(
      HttpStatus.CONFLICT,
      `Nobody who has signed in so far is in: ${groups.join('; ')}. Say that they are meant all the same, or mend them.`,
      { unseenGroups: groups },
      {},
      TO_RULES,
    );
  }
}

/** The rule is not the one that somebody has seen. */
export class RuleChanged extends Refusal {
  /** @param current as it is now; null where it is gone. */
  constructor(readonly current: AccessRuleRow | null) {
    super(
      current ? HttpStatus.CONFLICT : HttpStatus.NOT_FOUND,
      current
        ? 'Somebody else has changed this rule meanwhile.'
        : 'This rule is not there any more: somebody has removed it.',
      TO_RULES,
    );
  }
}
