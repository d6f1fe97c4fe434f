import { HttpStatus } from '@nestjs/common';
import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { formProblem } from './form-problem.js';
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
