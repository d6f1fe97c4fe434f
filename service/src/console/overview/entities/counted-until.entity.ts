import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** Up to which place of the audit's chain the daily counts have counted: one row. */
@Entity('countedUntil')
@Check('countedUntil_one', '"one"')
export class CountedUntil {
  @PrimaryColumn({ type: 'boolean', default: true })
  one: boolean;

  @Column({ type: 'bigint' })
  position: string;
}
