import { HiddenText, OptionalHiddenText, OptionalText, RowId, TextField } from '../web/form-fields.js';

/** Characters of a list in a form. */
const LONGEST_LIST = 4_000;

/** The form of a rule; what is left empty is everyone, all scopes, any client. */
export class RuleDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @TextField('The name', { max: 100 })
  name: string;

  @HiddenText({ max: 2_000 })
  resource: string;

  @OptionalText('The list of groups', { max: LONGEST_LIST })
  groups?: string;

  @OptionalText('The list of scopes', { max: LONGEST_LIST })
  scopes?: string;

  @OptionalText('The list of applications', { max: LONGEST_LIST })
  clients?: string;

  /** Groups that nobody has, one a line, and that are meant all the same. */
  @OptionalHiddenText({ max: LONGEST_LIST })
  meant?: string;
}

export class RemoveRuleDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @RowId()
  id: string;
}

export class ClientDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @HiddenText({ max: 2_000 })
  clientId: string;
}
