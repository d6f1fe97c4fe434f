import { Controller } from '@nestjs/common';
import { expect, it } from 'vitest';
import { OwnedPaths } from './owned-paths.js';

@Controller('token')
class First {}

@Controller(['jwks', 'token'])
class Second {}

it('fails when two endpoints have one path', () => {
  expect(() => new OwnedPaths('', [First, Second])).toThrow('Two endpoints have the path token.');
});
