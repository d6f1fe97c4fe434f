import { Body, Delete, Headers, HttpCode, HttpStatus, Param, Post, Put, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { AccountChanges } from '../../people/account-changes.js';
import { AccountMerge } from '../../people/account-merge.js';
import type { Person } from '../../people/people.js';
import { type Expectation, personState } from '../../people/person-state.js';
import { Author } from '../../web/author.js';
import { RowIdPipe } from '../../web/row-id.js';
import { AdminRoute } from '../admin-route.js';
import { entityTag, expectation } from '../entity-tag.js';
import { Needs } from '../needed.js';
import { ChangesWhatWasSeen, MoreThanSeen, Tagged } from '../tagged.js';
import { DisconnectBody, EmailBody, RoleBody } from './people.query.js';
import { PersonBody, personBody } from './person.body.js';

const seen = (ifMatch: string | undefined): Expectation => expectation(ifMatch, personState);

/** What administrators change about a person. */
@AdminRoute('people/:id')
export class PersonChangesApiController {
  constructor(
    private readonly changes: AccountChanges,
    private readonly merging: AccountMerge,
  ) {}

  @Put('role')
  @Needs('admin:people')
  @ApiOperation({ summary: 'Gives a person another role' })
  @Tagged(PersonBody)
  @ChangesWhatWasSeen()
  async setRole(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Body() { role }: RoleBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PersonBody> {
    return tagged(await this.changes.setRole(author, id, role, seen(ifMatch)), response);
  }

  @Put('email')
  @Needs('admin:people')
  @ApiOperation({ summary: 'Gives a person another email, which no provider proves' })
  @Tagged(PersonBody)
  @ChangesWhatWasSeen()
  async setEmail(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Body() { email }: EmailBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PersonBody> {
    return tagged(await this.changes.setEmail(author, id, email, seen(ifMatch)), response);
  }

  @Post('disable')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:people')
  @ApiOperation({ summary: 'Disables an account, and ends everything of it at once' })
  @Tagged(PersonBody)
  @ChangesWhatWasSeen()
  async disablePerson(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PersonBody> {
    return tagged(await this.changes.disable(author, id, seen(ifMatch)), response);
  }

  @Post('enable')
  @HttpCode(HttpStatus.OK)
  @Needs('admin:people')
  @ApiOperation({ summary: 'Lets a person sign in again; what was ended stays so' })
  @Tagged(PersonBody)
  @ChangesWhatWasSeen()
  async enablePerson(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Headers('If-Match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PersonBody> {
    return tagged(await this.changes.enable(author, id, seen(ifMatch)), response);
  }

  @Delete()
  @HttpCode(HttpStatus.NO_CONTENT)
  @Needs('admin:people')
  @ApiOperation({ summary: 'Deletes an account for good, with everything of it' })
  @ApiNoContentResponse()
  @ChangesWhatWasSeen()
  async deletePerson(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Headers('If-Match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.merging.delete(author, id, seen(ifMatch));
  }

  @Post('sign-out')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Needs('admin:people')
  @ApiOperation({ summary: 'Ends the sign-in sessions of a person' })
  @ApiNoContentResponse()
  async signOut(@Author() author: Author, @Param('id', RowIdPipe) id: string): Promise<void> {
    await this.changes.endSessions(author, id);
  }

  @Post('disconnect')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Needs('admin:connections')
  @ApiOperation({ summary: 'Ends one connection of a person, or all that were counted' })
  @ApiNoContentResponse()
  @MoreThanSeen()
  async disconnect(
    @Author() author: Author,
    @Param('id', RowIdPipe) id: string,
    @Body() { grantId, connections, at }: DisconnectBody,
  ): Promise<void> {
    if (grantId !== undefined) return this.changes.disconnect(author, id, grantId);
    await this.changes.disconnectAll(author, id, { at: new Date(at), grants: connections });
  }
}

function tagged(person: Person, response: Response): PersonBody {
  response.set('ETag', entityTag(personState(person.user)));
  return personBody(person);
}
