import { ApiPropertyOptional } from '@nestjs/swagger';
import { MayBeMissing } from './may-be-missing.js';
import { StorableText } from './storable-text.js';

/** Of a list that is asked for nothing but its pages. */
export class PageQuery {
  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @MayBeMissing()
  @StorableText(4_000)
  cursor?: string;
}
