import { Reflector } from '@nestjs/core';
import { type AdminScope, ALL_ADMIN_SCOPES } from '../config/admin-scopes.js';
import { type Role, ROLES } from './role.js';

export { type Role, ROLES };

/** What people of a role may do, at whatever door. */
export const ROLE_SCOPES: Readonly<Record<Role, readonly AdminScope[]>> = {
  member: [],
  auditor: ['admin:read', 'admin:audit'],
  administrator: ALL_ADMIN_SCOPES,
};

/** All that people of these roles may do. */
export function scopesOf(roles: readonly Role[]): AdminScope[] {
  return ALL_ADMIN_SCOPES.filter((scope) => roles.some((role) => ROLE_SCOPES[role].includes(scope)));
}

/** Who may use a controller or one of its routes; a route without one is closed to everybody. */
export const Audience = Reflector.createDecorator<readonly Role[] | 'anyone'>();

/** People of these roles may; of a route, in place of what its controller says. */
export const Roles = (...roles: readonly Role[]) => Audience(roles);

/** Everybody who is signed in may. */
export const SignedIn = () => Audience(ROLES);

/** Everybody may, signed in or not. */
export const Anyone = () => Audience('anyone');
