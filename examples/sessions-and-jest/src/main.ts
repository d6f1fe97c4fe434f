import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule, ISSUER } from './app.module';
import { sessions } from './sessions';

async function start() {
  const application = await NestFactory.create(AppModule);
  application.use(sessions);
  await application.listen(new URL(ISSUER).port);
}

void start();
