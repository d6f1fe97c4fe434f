import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

interface Bounds {
  from: number;
  to: number;
}

interface Said {
  /** What it is, in words for whoever sends another. */
  is: string;
  description?: string;
}

/** A whole number of a body, which has an end both ways: JSON has larger ones than anything here can count. */
export const WholeNumber = ({ from, to }: Bounds, { is, description }: Said): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: 'integer', minimum: from, maximum: to, description }),
    ...checks({ from, to }, is),
  );

/** The same of one that may be left out, and for which null stands for what holds by default. */
export const WholeNumberOrDefault = ({ from, to }: Bounds, { is, description }: Said): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: 'integer', nullable: true, minimum: from, maximum: to, description }),
    IsOptional(),
    ...checks({ from, to }, is),
  );

function checks({ from, to }: Bounds, is: string): PropertyDecorator[] {
  const message = `$property must be ${is}`;
  return [IsInt({ message }), Min(from, { message }), Max(to, { message })];
}
