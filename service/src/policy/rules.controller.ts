import { Controller, Get, HttpStatus, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { McpResources } from 'nestjs-mcp-auth';
import { displayText } from 'nestjs-mcp-auth/service-kit';
import { Author } from '../web/author.js';
import { confirmationPage } from '../web/confirmation.page.js';
import { counted } from '../web/counted.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { formProblem } from '../web/form-problem.js';
import { formText } from '../web/form-text.js';
import { Frames } from '../web/frame.js';
import { FreshSignIn } from '../web/fresh-sign-in.js';
import { InNavigation } from '../web/navigation.js';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { readForm } from '../web/read-form.js';
import { Roles } from '../web/roles.js';
import { rowId, RowIdPipe } from '../web/row-id.js';
import { StatusLine } from '../web/status-line.js';
import { AccessRules, type ExpectedRule } from './access-rules.js';
import type { AccessRuleRow } from './entities/access-rule.entity.js';
import { RulePages } from './rule-pages.js';
import { draftOf, fieldsOf, itemsOf } from './rule-form.js';
import { LONGEST_NAME } from './rule-draft.js';
import { InvalidRule, RuleChanged, TO_RULES, UnseenGroups } from './rule-refused.js';
import { RemoveRuleDto, RuleDto } from './rule.dto.js';

/** The rules: who may do what on which server. */
@Controller('admin/access')
@InNavigation({ text: 'Access rules', place: 20 })
@Roles('auditor', 'administrator')
export class RulesController {
  constructor(
    private readonly rules: AccessRules,
    private readonly pages: RulePages,
    private readonly resources: McpResources,
    private readonly frames: Frames,
    private readonly statusLine: StatusLine,
  ) {}

  @Get()
  list(@Query() query: object, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.pages.list(query, request, response);
  }

  /** An empty form, or one that says what another rule says. */
  @Get('rules/new')
  @Roles('administrator')
  async new(
    @Query('from') from: unknown,
    @Query('server') server: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const id = rowId(from);
    const source = id === undefined ? null : await this.rules.find(id);
    const empty = { name: '', server: [formText(server) ?? ''], scope: [] };
    const fields = source ? { ...fieldsOf(source), name: copyOf(source.name) } : empty;
    await this.pages.form(request, response, { fields });
  }

  @Post('rules')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async add(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.send(request, response, null, async (form) => {
      const [first, ...more] = await this.rules.add(draftOf(form), author, itemsOf(form.meant));
      const name = displayText(first?.name ?? form.name);
      const where = more.length === 0 ? '' : `, for ${counted(more.length + 1, 'server')}`;
      this.goOn(response, form.name, `The rule “${name}” is in force${where}.`);
    });
  }

  @Get('rules/:id')
  async show(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const rule = await this.rules.find(id);
    await this.pages.form(request, response, { rule, fields: fieldsOf(rule) });
  }

  @Post('rules/:id')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async change(
    @Param('id', RowIdPipe) id: string,
    @Author() author: Author,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.send(request, response, id, async (form) => {
      const meant = itemsOf(form.meant);
      const { name } = await this.rules.change(id, ofVersion(form.version), draftOf(form), author, meant);
      this.goOn(response, name, `The rule “${displayText(name)}” is changed.`);
    });
  }

  @Get('rules/:id/remove')
  @Roles('administrator')
  @FreshSignIn()
  async ask(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const rule = await this.rules.find(id);
    const server = this.resources.all().find(({ identifier }) => identifier === rule.resource);
    const page = confirmationPage({
      frame: this.frames.of(request, response),
      title: `Remove the rule “${displayText(rule.name)}”?`,
      ends: [
        `What it gives to ${whom(rule)} on ${displayText(server?.name ?? rule.resource)} ends, unless another rule gives it, too.`,
        'Applications that have it lose it at once, in the middle of what they do.',
      ],
      action: `/admin/access/rules/${id}/remove`,
      fields: { version: String(rule.version) },
      button: 'Remove the rule',
      back: TO_RULES,
    });
    response.set(PAGE_HEADERS).send(page);
  }

  @Post('rules/:id/remove')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  @FreshSignIn()
  async remove(
    @Param('id', RowIdPipe) id: string,
    @Author() author: Author,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { version } = await readForm(RemoveRuleDto, request.body as object);
    const removed = await this.rules.remove(id, ofVersion(version), author);
    const words = removed
      ? `The rule “${displayText(removed.name)}” is removed.`
      : 'The rule was removed before.';
    this.statusLine.goOn(response, '/admin/access', words);
  }

  /** Does what a form asks for; whatever is in the way stands above the form, with what was typed. */
  private async send(
    request: Request,
    response: Response,
    id: string | null,
    work: (form: RuleDto) => Promise<void>,
  ): Promise<void> {
    const form = plainToInstance(RuleDto, request.body as object);
    const current = (): Promise<AccessRuleRow> | undefined => (id === null ? undefined : this.rules.find(id));
    try {
      const problem = await formProblem(form);
      if (problem !== null) throw new InvalidRule(problem);
      await work(form);
    } catch (error) {
      if (error instanceof UnseenGroups)
        return this.pages.form(request, response, {
          fields: form,
          rule: await current(),
          unseen: error.groups,
        });
      if (error instanceof InvalidRule)
        return this.pages.form(
          request,
          response,
          { fields: form, rule: await current(), problem: error.message },
          HttpStatus.BAD_REQUEST,
        );
      if (!(error instanceof RuleChanged) || !error.current) throw error;
      const { current: rule, message: problem } = error;
      await this.pages.form(
        request,
        response,
        { fields: form, rule, problem, isChanged: true },
        HttpStatus.CONFLICT,
      );
    }
  }

  /** To the rule, wherever it stands in the list. */
  private goOn(response: Response, name: string, sentence: string): void {
    const query = new URLSearchParams({ q: name.trim() });
    this.statusLine.goOn(response, `/admin/access?${query.toString()}`, sentence);
  }
}

/** @throws RuleChanged for another version than the form was filled in for. */
function ofVersion(version: string | undefined): ExpectedRule {
  return (rule) => {
    if (rule.version !== Number(version)) throw new RuleChanged(rule);
  };
}

function copyOf(name: string): string {
  return `${name} (copy)`.slice(0, LONGEST_NAME);
}

function whom({ groups }: AccessRuleRow): string {
  return groups === null ? 'everyone' : groups.map((group) => displayText(group)).join(', ');
}
