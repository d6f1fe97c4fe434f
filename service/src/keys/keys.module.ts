import { Module } from '@nestjs/common';
import { PeopleModule } from '../people/people.module.js';
import { KeyChanges } from './key-changes.js';
import { KeysController } from './keys.controller.js';

/** The keys that tokens are signed with. */
@Module({
  imports: [PeopleModule],
  controllers: [KeysController],
  providers: [KeyChanges],
  exports: [KeyChanges],
})
export class KeysModule {}
