import { HiddenText, OneOf, OptionalHiddenText, OptionalText, TextField } from '../web/form-fields.js';
import type { ClientDecision } from './entities/client-decision.entity.js';

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

/** The form in which somebody decides about a kind before anybody asks for it. */
export class DecideBeforehandDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @OneOf('What it is about', ['host', 'program'])
  of: 'host' | 'program';

  @TextField('The host or the name', { max: 300 })
  name: string;

  /** An email; empty for everybody. */
  @OptionalText('The person', { max: 254 })
  person?: string;

  @OptionalText('The end', { max: 40 })
  until?: string;

  @OneOf('The decision', ['approved', 'refused'])
  outcome: 'approved' | 'refused';
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

  /** Which of those that there were one after the other. */
  @OptionalHiddenText({ max: 40 })
  decided?: string;
}

/** The kind that a form means. */
export function kindOf({ of, name }: Pick<DecideBeforehandDto, 'of' | 'name'>): string {
  const text = name.trim();
  if (of === 'program') return `loopback:${text}`;
  return text.startsWith('https://') ? text : `https://${text}`;
}

/** Tells decisions about the same from each other. */
export function decidedAt({ decidedAt: at }: ClientDecision): string {
  return at.toISOString();
}
