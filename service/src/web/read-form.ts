import { HttpStatus } from '@nestjs/common';
import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { formProblem } from './form-problem.js';
import { requireKnown } from './known-filters.js';
import { Refusal } from './refusal.js';

/** The form that was sent. @throws Refusal with what is wrong with it. */
export async function readForm<Form extends object>(
  type: ClassConstructor<Form>,
  fields: object,
): Promise<Form> {
  const form = plainToInstance(type, fields);
  const problem = await formProblem(form);
  if (problem !== null) throw new Refusal(HttpStatus.BAD_REQUEST, problem);
  return form;
}

/** What a list is narrowed by, where something is done with all that it finds. @throws Refusal for a filter that it has not. */
export async function readFilters<Search extends object>(
  type: ClassConstructor<Search>,
  query: object,
  list: string,
): Promise<Search> {
  const known = Object.keys(plainToInstance(type, {}, { excludeExtraneousValues: true }));
  requireKnown(query, known, list);
  return readForm(type, query);
}
