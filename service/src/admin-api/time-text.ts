import { applyDecorators } from '@nestjs/common';
import { IsISO8601, Matches } from 'class-validator';
import { TIME } from '../config/utc-time.js';

const NOT_A_TIME = { message: '$property must be a time such as 2026-11-30T08:00:00Z' };

/** A time of a query or a body, which names its zone. */
export const TimeText = (): PropertyDecorator =>
  applyDecorators(Matches(TIME, NOT_A_TIME), IsISO8601({ strict: true }, NOT_A_TIME));
