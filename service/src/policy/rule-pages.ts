import { HttpStatus, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Clock, McpServiceAccounts } from 'nestjs-mcp-auth';
import { Users } from '../people/users.js';
import { readCursor } from '../web/cursor.js';
import { formText } from '../web/form-text.js';
import { Frames } from '../web/frame.js';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { AccessRules } from './access-rules.js';
import { ruleFormPage, type RuleFormPageProps } from './pages/rule-form.page.js';
import { rulesPage } from './pages/rules.page.js';
import { RULE_CURSOR, rulePage } from './rule-list.js';
import { SeenGroups } from './seen-groups.js';
import { RuledServers } from './ruled-servers.js';

/** Characters of a search. */
const LONGEST_SEARCH = 200;

/** The pages of the rules, as they are and with what is wrong. */
@Injectable()
export class RulePages {
  constructor(
    private readonly rules: AccessRules,
    private readonly seen: SeenGroups,
    private readonly users: Users,
    private readonly servers: RuledServers,
    private readonly accounts: McpServiceAccounts,
    private readonly frames: Frames,
    private readonly clock: Clock,
  ) {}

  async list(query: object, request: Request, response: Response): Promise<void> {
    const asked = query as Readonly<Record<string, unknown>>;
    const cursor = readCursor(asked, RULE_CURSOR, '/admin/access', ['q', 'server']);
    const [text, server] = [formText(asked['q'])?.slice(0, LONGEST_SEARCH), formText(asked['server'])];
    const resources = this.servers.all();
    const all = await this.rules.all();
    const { page, found } = rulePage(all, { text, server }, cursor, resources);
    const accounts = server === undefined ? [] : await this.serviceAccounts(server);
    const authors = await this.users.all(page.rows.flatMap(({ updatedBy }) => updatedBy ?? []));
    const props = {
      frame: this.frames.of(request, response),
      page,
      found,
      accounts,
      hasAny: all.length > 0,
      search: { text, server },
      resources,
      names: new Map(authors.map(({ id, name }) => [id, name])),
      isFile: this.rules.isFile,
      now: this.clock.now(),
    };
    response.set(PAGE_HEADERS).send(rulesPage(props));
  }

  /** Those that get tokens for a server. */
  private async serviceAccounts(server: string) {
    const all = await this.accounts.list();
    return all.filter(({ resources, disabled }) => !disabled && resources.includes(server));
  }

  async form(
    request: Request,
    response: Response,
    more: Pick<RuleFormPageProps, 'fields'> & Partial<RuleFormPageProps>,
    status = HttpStatus.OK,
  ): Promise<void> {
    const frame = this.frames.of(request, response);
    const [groups, author] = await Promise.all([
      frame.role === 'administrator' ? this.seen.some() : [],
      this.users.all(more.rule?.updatedBy ? [more.rule.updatedBy] : []),
    ]);
    const page = ruleFormPage({
      frame,
      resources: this.servers.all(),
      groups,
      changedBy: author[0]?.name ?? more.rule?.updatedBy ?? null,
      ...more,
    });
    response.status(status).set(PAGE_HEADERS).send(page);
  }
}
