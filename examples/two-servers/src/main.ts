import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ISSUER } from './addresses.js';
import { AppModule } from './app.module.js';

const application = await NestFactory.create(AppModule);
await application.listen(new URL(ISSUER).port);
