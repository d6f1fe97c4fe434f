import { Controller, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AccountChanges } from '../../people/account-changes.js';
import { IdentityRemoval } from '../../people/identity-removal.js';
import { unchangedSince } from '../../people/person-state.js';
import { CsrfGuard } from '../../web/csrf.guard.js';
import { FreshSignIn, givesPower } from '../../web/fresh-sign-in.js';
import { readForm } from '../../web/read-form.js';
import { Roles } from '../../web/roles.js';
import { RowIdPipe } from '../../web/row-id.js';
import { PersonPages } from './person-pages.js';
import { ConnectionDto, EmailDto, IdentityDto, RoleDto, SeenPersonDto } from './person.dto.js';

/** What administrators change about a person, one thing at a time. */
@Controller('admin/people/:id')
@Roles('administrator')
@UseGuards(CsrfGuard)
export class PersonAccountController {
  constructor(
    private readonly pages: PersonPages,
    private readonly changes: AccountChanges,
    private readonly removal: IdentityRemoval,
  ) {}

  @Post('role')
  @FreshSignIn({ when: givesPower, isFormAlone: true })
  role(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, 'The role is changed.', async (by) => {
      const { role, seen } = await readForm(RoleDto, request.body as object);
      await this.changes.setRole(by, id, role, unchangedSince(seen));
    });
  }

  @Post('enable')
  enable(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const done = 'The account is enabled: they can sign in. What had ended stays so.';
    return this.pages.change(id, request, response, done, async (by) => {
      const { seen } = await readForm(SeenPersonDto, request.body as object);
      await this.changes.enable(by, id, unchangedSince(seen));
    });
  }

  @Post('email')
  @FreshSignIn({ isFormAlone: true })
  email(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const done = 'The email is changed. Name and email follow no provider from now on.';
    return this.pages.change(id, request, response, done, async (by) => {
      const { email, seen } = await readForm(EmailDto, request.body as object);
      await this.changes.setEmail(by, id, email, unchangedSince(seen));
    });
  }

  @Post('identities/remove')
  @FreshSignIn({ isFormAlone: true })
  removeIdentity(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(
      id,
      request,
      response,
      'The identity opens this account no more.',
      async (by) => {
        const { id: identityId, last, seen } = await readForm(IdentityDto, request.body as object);
        const removed = { identityId, mayBeLast: last === 'yes' };
        await this.removal.removeOf(by, id, removed, unchangedSince(seen));
      },
    );
  }

  @Post('connections/end')
  @FreshSignIn({ isFormAlone: true })
  disconnect(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, 'The application is disconnected.', async (by) => {
      const { grantId } = await readForm(ConnectionDto, request.body as object);
      await this.changes.disconnect(by, id, grantId);
    });
  }
}
