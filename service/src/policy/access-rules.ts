import { HttpStatus, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { AdministratorChanges } from '../people/administrator-changes.js';
import { type Author, nameOf } from '../web/author.js';
import { Refusal } from '../web/refusal.js';
import type { AccessRuleRow, RuleWords } from './entities/access-rule.entity.js';
import { PolicyChanges } from './policy-changes.js';
import { PolicyStore, toRule } from './policy-store.js';
import { readDraft, type RuleDraft } from './rule-draft.js';
import { InvalidRule, RuleChanged, TO_RULES, UnseenGroups } from './rule-refused.js';
import { SeenGroups } from './seen-groups.js';
import { RuledServers } from './ruled-servers.js';

/** Looks at a rule that is about to be changed, and throws where it is not what its author has seen. */
export type ExpectedRule = (rule: AccessRuleRow) => void;

/** What administrators do with rules, through whichever door they come. */
@Injectable()
export class AccessRules {
  constructor(
    private readonly store: PolicyStore,
    private readonly changes: PolicyChanges,
    private readonly seen: SeenGroups,
    private readonly servers: RuledServers,
    private readonly administrators: AdministratorChanges,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Whether they stand in a file, and are changed there alone. */
  get isFile(): boolean {
    return this.store.isFile;
  }

  /** Every rule; those that have no id are changed nowhere here. */
  async all(): Promise<(RuleWords & Partial<AccessRuleRow>)[]> {
    const rows = this.isFile ? [] : await this.store.rows();
    return [...this.store.fixed.map(fromRule), ...rows];
  }

  /** @throws RuleChanged where there is none. */
  async find(id: string): Promise<AccessRuleRow> {
    const row = this.isFile ? null : await this.store.find(id);
    if (!row) throw new RuleChanged(null);
    return row;
  }

  /**
   * Adds a rule for each server of the draft; one that is there already stays.
   * @param meant groups that nobody is in yet, and that are meant all the same.
   */
  async add(draft: RuleDraft, by: Author, meant: readonly string[] = []): Promise<AccessRuleRow[]> {
    const rules = this.read(draft, null);
    await this.question(draft, meant);
    return this.edit(by, async (manager) => {
      const added: AccessRuleRow[] = [];
      for (const rule of rules) {
        const same = await this.store.same(rule, manager);
        added.push(same ?? (await this.store.add(rule, manager, nameOf(by))));
        if (!same) await this.note('rule.add', by, rule, words(rule), manager);
      }
      return added;
    });
  }

  /** @throws RuleChanged where the rule is gone, and what `expected` throws of another one than was seen. */
  async change(
    id: string,
    expected: ExpectedRule,
    draft: RuleDraft,
    by: Author,
    meant: readonly string[] = [],
  ): Promise<AccessRuleRow> {
    const before = await this.find(id);
    expected(before);
    const [rule, ...more] = this.read(draft, before.until);
    if (!rule || more.length > 0) throw new InvalidRule('A rule that is changed is for one server.');
    await this.question(draft, [...meant, ...(before.groups ?? [])]);
    return this.edit(by, async (manager) => {
      const replaced = await this.store.find(id, manager);
      if (replaced) expected(replaced);
      const isReplaced = replaced && (await this.store.replace(replaced, rule, nameOf(by), manager));
      const now = await this.store.find(id, manager);
      if (!isReplaced || !now) throw new RuleChanged(now);
      const detail = { ...words(rule), before: JSON.stringify(words(replaced)) };
      await this.note('rule.change', by, rule, detail, manager);
      return now;
    });
  }

  /** Null where it was gone. @throws what `expected` throws of another one than was seen. */
  async remove(id: string, expected: ExpectedRule, by: Author): Promise<AccessRuleRow | null> {
    return this.edit(by, async (manager) => {
      const row = await this.store.find(id, manager);
      if (!row) return null;
      expected(row);
      await this.store.remove(id, manager);
      await this.note('rule.remove', by, row, { rule: row.name }, manager);
      return row;
    });
  }

  private read(draft: RuleDraft, before: Date | null): RuleWords[] {
    this.requireDatabase();
    const read = readDraft(draft, this.servers.all());
    if ('problem' in read) throw new InvalidRule(read.problem);
    const { until } = draft;
    if (until && until.getTime() !== before?.getTime() && until.getTime() <= this.clock.now())
      throw new InvalidRule('The end has passed already: name a later one, or remove the rule.');
    return read.rules;
  }

  /** A name that is mistyped opens nothing to anybody; one that nobody has yet may be right. */
  private async question({ groups }: RuleDraft, meant: readonly string[]): Promise<void> {
    const unseen = await this.seen.unseen(groups ?? []);
    if (unseen.some((name) => !meant.includes(name))) throw new UnseenGroups(unseen);
  }

  private async edit<Result>(by: Author, work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    this.requireDatabase();
    return this.changes.change(async (manager) => {
      await this.administrators.confirm(by, 'admin:policy', manager);
      return work(manager);
    });
  }

  private async note(
    action: 'rule.add' | 'rule.change' | 'rule.remove',
    author: Author,
    { resource }: RuleWords,
    detail: Record<string, string | string[] | null>,
    manager: EntityManager,
  ): Promise<void> {
    await this.audit.commit({ action, outcome: 'success', author, resource, detail }, manager);
  }

  private requireDatabase(): void {
    if (this.isFile)
      throw new Refusal(HttpStatus.BAD_REQUEST, 'The rules are in a file: change them there.', TO_RULES);
  }
}

function words({ name: rule, groups, scopes, clients, until, resource }: RuleWords) {
  return { rule, resource, groups, scopes, clients, until: until?.toISOString() ?? null };
}

function fromRule(rule: ReturnType<typeof toRule>): RuleWords {
  const { name, resource, groups, scopes, clients, until } = rule;
  return {
    name,
    resource,
    groups: groups === 'everyone' ? null : [...groups],
    scopes: scopes === 'all' ? null : [...scopes],
    clients: clients === 'any' ? null : [...clients],
    until: until === undefined ? null : new Date(until),
  };
}
