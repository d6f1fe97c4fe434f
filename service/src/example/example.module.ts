import { Module } from '@nestjs/common';
import { ExampleController } from './example.controller.js';

/** An MCP server to try the service with. */
@Module({ controllers: [ExampleController] })
export class ExampleModule {}
