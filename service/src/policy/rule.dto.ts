import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsOptional, IsString, MaxLength } from 'class-validator';
import { HiddenText, OneOf, OptionalHiddenText, OptionalText, TextField } from '../web/form-fields.js';
import { LONGEST_NAME } from './rule-draft.js';

/** Characters of a list in a form. */
export const LONGEST_LIST = 4_000;
/** Boxes of one form. */
const MOST_BOXES = 2_000;

/** Everybody, or people in the groups of a list. */
export const WHOM = ['everyone', 'groups'] as const;

/** Boxes that are ticked: none, one, or several of a name. */
function Ticked(): PropertyDecorator {
  const message = 'This form is out of date. Load the page again.';
  return (target, property) => {
    Transform(({ value }) => (value === '' ? [] : Array.isArray(value) ? value : [value]))(target, property);
    IsString({ each: true, message })(target, property);
    MaxLength(2_500, { each: true, message })(target, property);
    ArrayMaxSize(MOST_BOXES, { message })(target, property);
  };
}

/** The form of a rule; what is left empty is all scopes, any client, no end. */
export class RuleDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @TextField('The name', { max: LONGEST_NAME })
  name: string;

  /** Whom it is for. Groups that are named say it as well, and nothing else does: an empty list is everybody to nobody. */
  @IsOptional()
  @OneOf('Whom the rule is for', WHOM)
  whom?: (typeof WHOM)[number];

  @OptionalText('The list of groups', { max: LONGEST_LIST })
  groups?: string;

  /** Identifiers of servers. */
  @Ticked()
  server: string[] = [];

  /** A scope and the server that it is of, with a blank between them. */
  @Ticked()
  scope: string[] = [];

  @OptionalText('The list of applications', { max: LONGEST_LIST })
  clients?: string;

  @OptionalText('The end', { max: 40 })
  until?: string;

  /** Groups that nobody has, one a line, and that are meant all the same. */
  @OptionalHiddenText({ max: LONGEST_LIST })
  meant?: string;

  /** Of a rule that is changed: which was seen. */
  @OptionalHiddenText({ max: 10 })
  version?: string;
}

export class RemoveRuleDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @HiddenText({ max: 10 })
  version: string;
}
