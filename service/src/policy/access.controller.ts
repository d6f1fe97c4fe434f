import { Controller, Get, HttpStatus, Post, Req, Res, UseGuards } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { Request, Response } from 'express';
import { McpResources } from 'nestjs-mcp-auth';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { AdministratorChanges } from '../people/administrator-changes.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { accessPage, type AccessPageProps } from './pages/access.page.js';
import { PolicyChanges } from './policy-changes.js';
import { PolicyStore } from './policy-store.js';
import { CsrfGuard } from '../web/csrf.guard.js';
import { formText } from '../web/form-text.js';
import { Frames } from '../web/frame.js';
import { InNavigation } from '../web/navigation.js';
import { Roles } from '../web/roles.js';
import { Author } from '../web/author.js';
import { DryRun } from './dry-run.js';
import { readForm } from '../web/read-form.js';
import { Refusal } from '../web/refusal.js';
import { ClientDto, RemoveRuleDto, RuleDto } from './rule.dto.js';
import { lines, readRule } from './rule-form.js';
import { SeenGroups } from './seen-groups.js';
import { href } from '../web/href.js';

const TO_ACCESS = { path: '/admin/access', text: 'Back to the rules' };

/** Who may do what: the rules, the clients that wait for approval, and what comes of them for somebody. */
@Controller('admin/access')
@InNavigation({ text: 'Access', place: 20 })
@Roles('auditor', 'administrator')
export class AccessController {
  constructor(
    private readonly store: PolicyStore,
    private readonly changes: PolicyChanges,
    private readonly dryRun: DryRun,
    private readonly seen: SeenGroups,
    private readonly resources: McpResources,
    private readonly frames: Frames,
    private readonly audit: AuditTrail,
    private readonly administrators: AdministratorChanges,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    const [email, resource, client = ''] = ['email', 'resource', 'client'].map((name) =>
      formText(request.query[name]),
    );
    const question = email && resource ? { email, resource, client: client.trim() } : undefined;
    const answers = question && (await this.dryRun.ask(question));
    await this.page(request, response, { question, answers });
  }

  @Post('rules')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async add(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    this.requireDatabase();
    const form = plainToInstance(RuleDto, request.body as object);
    const read = await readRule(form, this.resources.all());
    if ('problem' in read)
      return this.page(request, response, { problem: read.problem, form }, HttpStatus.BAD_REQUEST);
    const meant = new Set(lines(form.meant));
    const unseen = await this.seen.unseen(read.rule.groups ?? []);
    // A name that is mistyped opens nothing to anybody; one that nobody has yet may be right.
    if (unseen.some((name) => !meant.has(name))) return this.page(request, response, { unseen, form });
    await this.changes.change(async (manager) => {
      await this.administrators.confirm(author, 'admin:policy', manager);
      // A form that was sent twice.
      if (await this.store.has(read.rule, manager)) return;
      const { name: rule, resource, groups, scopes, clients } = await this.store.add(read.rule, manager);
      const detail = { rule, groups, scopes, clients };
      await this.audit.commit({ action: 'rule.add', outcome: 'success', author, resource, detail }, manager);
    });
    response.redirect(303, href('/admin/access'));
  }

  @Post('rules/remove')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async remove(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    this.requireDatabase();
    const { id } = await readForm(RemoveRuleDto, request.body as object);
    await this.changes.change(async (manager) => {
      await this.administrators.confirm(author, 'admin:policy', manager);
      const removed = await this.store.remove(id, manager);
      if (!removed) return;
      const { name: rule, resource } = removed;
      const event = {
        action: 'rule.remove',
        outcome: 'success',
        author,
        resource,
        detail: { rule },
      } as const;
      await this.audit.commit(event, manager);
    });
    response.redirect(303, href('/admin/access'));
  }

  @Post('clients/approve')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async approve(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { clientId } = await readForm(ClientDto, request.body as object);
    await this.changes.changeClient(clientId, async (manager) => {
      await this.administrators.confirm(author, 'admin:policy', manager);
      if (!(await this.store.approve(clientId, author.userId ?? author.clientId, manager)))
        throw new Refusal(
          HttpStatus.CONFLICT,
          'Nobody waits for this application any more: it was refused, or forgotten.',
          TO_ACCESS,
        );
      await this.audit.commit({ action: 'client.approve', outcome: 'success', author, clientId }, manager);
    });
    response.redirect(303, href('/admin/access'));
  }

  /** Takes the approval back, or forgets the request. */
  @Post('clients/refuse')
  @Roles('administrator')
  @UseGuards(CsrfGuard)
  async refuse(@Author() author: Author, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { clientId } = await readForm(ClientDto, request.body as object);
    await this.changes.changeClient(clientId, async (manager) => {
      await this.administrators.confirm(author, 'admin:policy', manager);
      if (await this.store.refuse(clientId, manager))
        await this.audit.commit({ action: 'client.refuse', outcome: 'success', author, clientId }, manager);
    });
    response.redirect(303, href('/admin/access'));
  }

  private requireDatabase(): void {
    if (this.store.isFile)
      throw new Refusal(HttpStatus.BAD_REQUEST, 'The rules are in a file: change them there.', TO_ACCESS);
  }

  private async page(
    request: Request,
    response: Response,
    more: Partial<AccessPageProps>,
    status = HttpStatus.OK,
  ): Promise<void> {
    const [rules, approvals] = await Promise.all([this.store.rules(), this.store.approvals()]);
    const page = accessPage({
      frame: this.frames.of(request, response),
      rules,
      needsApproval: this.store.clients.mode === 'approval',
      isFile: this.store.isFile,
      approvals,
      resources: this.resources.all(),
      ...more,
    });
    response.status(status).set(PAGE_HEADERS).send(page);
  }
}
