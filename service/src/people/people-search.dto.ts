import { Expose } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { OptionalText } from '../web/form-fields.js';
import type { ListFilters } from '../web/list-address.js';
import { type Role, ROLES } from '../web/roles.js';
import type { PeopleFilter } from './people-filter.js';

export const ACCOUNT_STATES = ['active', 'disabled'] as const;
/** Whether somebody has signed in at least once. */
export const SIGNED_IN = ['yes', 'never'] as const;

/** What the list of people is asked for. */
export class PeopleSearchDto {
  @Expose()
  @OptionalText('Name or email', { max: 100 })
  search?: string;

  @Expose()
  @IsOptional()
  @IsIn(ROLES, { message: 'There is no such role.' })
  role?: Role;

  @Expose()
  @IsOptional()
  @IsIn(ACCOUNT_STATES, { message: 'An account is active or disabled.' })
  state?: (typeof ACCOUNT_STATES)[number];

  @Expose()
  @OptionalText('The method of signing in', { max: 2_000 })
  method?: string;

  @Expose()
  @OptionalText('The group', { max: 256 })
  group?: string;

  @Expose()
  @IsOptional()
  @IsIn(SIGNED_IN, { message: 'People have signed in, or never.' })
  signedIn?: (typeof SIGNED_IN)[number];
}

/** The same in the address of the list. */
export function addressOf({ search, role, state, method, group, signedIn }: PeopleSearchDto): ListFilters {
  return { search, role, state, method, group, signedIn };
}

export function filterOf({ search, role, state, method, group, signedIn }: PeopleSearchDto): PeopleFilter {
  return {
    search: search?.trim() || undefined,
    role,
    disabled: state && state === 'disabled',
    method,
    group,
    signedIn: signedIn && signedIn === 'yes',
  };
}
