import { OneOf, HiddenText, RowId } from '../../web/form-fields.js';
import { type Role, ROLES } from '../../web/roles.js';

export class RoleDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @OneOf('The role', ROLES)
  role: Role;
}

export class ConnectionDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @RowId()
  grantId: string;
}
