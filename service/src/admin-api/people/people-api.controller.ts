import { Get, HttpStatus, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { Response } from 'express';
import { McpConnections } from 'nestjs-mcp-auth';
import { PEOPLE_CURSORS, PEOPLE_ORDERS } from '../../people/people-filter.js';
import { filterOf } from '../../people/people-search.dto.js';
import { BY_EMAIL, type Person, People } from '../../people/people.js';
import { readSorting } from '../../web/sorting.js';
import { Refusal } from '../../web/refusal.js';
import { personState } from '../../people/person-state.js';
import { RowIdPipe } from '../../web/row-id.js';
import { AdminRoute } from '../admin-route.js';
import { entityTag } from '../entity-tag.js';
import { cursorPlace } from '../keyset.js';
import { Needs } from '../needed.js';
import { Tagged } from '../tagged.js';
import { ConnectionListBody, connectionBody } from './connection.body.js';
import { PeopleQuery } from './people.query.js';
import { PeoplePageBody, PersonBody, personBody } from './person.body.js';

/** Everybody who has an account. */
@AdminRoute('people')
export class PeopleApiController {
  constructor(
    private readonly people: People,
    private readonly connections: McpConnections,
  ) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'People, a page at a time, with how many there are' })
  @ApiOkResponse({ type: PeoplePageBody })
  async listPeople(@Query() { sort, cursor, ...search }: PeopleQuery): Promise<PeoplePageBody> {
    const sorting = readSorting(sort, PEOPLE_ORDERS, BY_EMAIL);
    const place = cursorPlace(cursor, PEOPLE_CURSORS[sorting.by]);
    const { rows, next, count } = await this.people.list({
      filter: filterOf(search),
      sorting,
      cursor: place,
    });
    return { items: rows.map(personBody), next, count };
  }

  @Get(':id')
  @Needs('admin:read')
  @ApiOperation({ summary: 'One person' })
  @Tagged(PersonBody)
  async getPerson(
    @Param('id', RowIdPipe) id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PersonBody> {
    const person = await this.find(id);
    response.set('ETag', entityTag(personState(person.user)));
    return personBody(person);
  }

  @Get(':id/connections')
  @Needs('admin:read')
  @ApiOperation({ summary: 'The applications that a person has connected, 200 at most' })
  @ApiOkResponse({ type: ConnectionListBody })
  async listPersonConnections(@Param('id', RowIdPipe) id: string): Promise<ConnectionListBody> {
    const { user } = await this.find(id);
    const connections = await this.connections.ofUser(user.subject);
    return { items: connections.map(connectionBody) };
  }

  private async find(id: string): Promise<Person> {
    const person = await this.people.find(id);
    if (!person) throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such person.');
    return person;
  }
}
