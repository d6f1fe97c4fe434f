import { HiddenText, OneOf, OptionalHiddenText, OptionalText } from '../web/form-fields.js';

/** Stands for everybody, or for the client alone. */
export const ALL = 'all';
export const THIS = 'this';

/** The form in which somebody decides about an application. */
export class DecideDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @HiddenText({ max: 2_000 })
  clientId: string;

  @HiddenText({ max: 100 })
  shown: string;

  @OneOf('The decision', ['approved', 'refused'])
  outcome: 'approved' | 'refused';

  /** `this`, or one of its kinds. */
  @HiddenText({ max: 2_000 })
  kind: string;

  /** `all`, or the subject of somebody. */
  @HiddenText({ max: 300 })
  person: string;

  @OptionalText('The end', { max: 40 })
  until?: string;
}

/** Which decision is taken back. */
export class TakeBackDto {
  @OptionalHiddenText({ max: 100 })
  csrf?: string;

  @HiddenText({ max: 2_000 })
  kind: string;

  @OneOf('What it is about', ['yes', 'no'])
  isClient: 'yes' | 'no';

  @OptionalHiddenText({ max: 300 })
  person?: string;
}
