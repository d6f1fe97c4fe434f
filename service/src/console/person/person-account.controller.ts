import { Controller, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AccountChanges } from '../../people/account-changes.js';
import { AccountMerge } from '../../people/account-merge.js';
import { IdentityRemoval } from '../../people/identity-removal.js';
import { CsrfGuard } from '../../web/csrf.guard.js';
import type { Author } from '../../web/author.js';
import { readForm } from '../../web/read-form.js';
import { Roles } from '../../web/roles.js';
import { RowIdPipe } from '../../web/row-id.js';
import { PersonPages } from './person-pages.js';
import { DeletionDto, EmailDto, IdentityDto } from './person.dto.js';

/** Whose account it is: administrators change what opens it, its address, and whether there is one. */
@Controller('admin/people/:id')
@Roles('administrator')
@UseGuards(CsrfGuard)
export class PersonAccountController {
  constructor(
    private readonly pages: PersonPages,
    private readonly changes: AccountChanges,
    private readonly merging: AccountMerge,
    private readonly removal: IdentityRemoval,
  ) {}

  @Post('identities/remove')
  remove(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, async (by) => {
      const { id: identityId, last } = await readForm(IdentityDto, request.body as object);
      await this.removal.removeOf(by, id, identityId, last === 'yes');
    });
  }

  @Post('email')
  email(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, async (by) => {
      const { email } = await readForm(EmailDto, request.body as object);
      await this.changes.setEmail(by, id, email);
    });
  }

  @Post('merge')
  merge(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.pages.change(id, request, response, async (by) => {
      const { email } = await readForm(EmailDto, request.body as object);
      await this.merging.merge(by, id, email);
    });
  }

  @Post('delete')
  delete(
    @Param('id', RowIdPipe) id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const work = async (by: Author) => {
      await readForm(DeletionDto, request.body as object);
      await this.merging.delete(by, id);
    };
    return this.pages.change(id, request, response, work, '/admin/people');
  }
}
