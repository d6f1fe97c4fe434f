import { BadRequestException } from '@nestjs/common';
import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { formProblem } from './form-problem.js';

/** The form that was sent. @throws BadRequestException with what is wrong with it. */
export async function readForm<Form extends object>(
  type: ClassConstructor<Form>,
  fields: object,
): Promise<Form> {
  const form = plainToInstance(type, fields);
  const problem = await formProblem(form);
  if (problem !== null) throw new BadRequestException(problem);
  return form;
}
