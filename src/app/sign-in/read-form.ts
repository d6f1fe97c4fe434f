import { BadRequestException } from '@nestjs/common';
import { type ClassConstructor, plainToInstance } from 'class-transformer';
import type { Request } from 'express';
import { formProblem } from './form-problem.js';

/** The form of a request. @throws BadRequestException with what is wrong with it. */
export async function readForm<Form extends object>(
  type: ClassConstructor<Form>,
  { body }: Request,
): Promise<Form> {
  const form = plainToInstance(type, body as object);
  const problem = await formProblem(form);
  if (problem !== null) throw new BadRequestException(problem);
  return form;
}
