import { Controller, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AccountChanges } from '../../people/account-changes.js';
import { IdentityRemoval } from '../../people/identity-removal.js';
import { CsrfGuard } from '../../web/csrf.guard.js';
import { FreshSignIn, givesPower } from '../../web/fresh-sign-in.js';
import { readForm } from '../../web/read-form.js';
import { Roles } from '../../web/roles.js';
import { RowIdPipe } from '../../web/row-id.js';
import { PersonPages } from './person-pages.js';
import { ConnectionDto, EmailDto, IdentityDto, RoleDto } from './person.dto.js';

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
      const { role } = await readForm(RoleDto, request.body as object);
      await this.changes.setRole(by, id, role);
    });
  }

  @Post('enable')
  enable(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const done = 'The account is enabled: they can sign in. What had ended stays so.';
    return this.pages.change(id, request, response, done, (by) => this.changes.enable(by, id));
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
      const { email } = await readForm(EmailDto, request.body as object);
      await this.changes.setEmail(by, id, email);
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
        const { id: identityId, last } = await readForm(IdentityDto, request.body as object);
        await this.removal.removeOf(by, id, identityId, last === 'yes');
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
