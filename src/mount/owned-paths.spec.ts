import { Controller, Get, Post } from '@nestjs/common';
import { expect, it } from 'vitest';
import { OwnedPaths } from './owned-paths.js';

@Controller('token')
class First {}

@Controller(['jwks', 'token'])
class Second {}

it('fails when two endpoints have one path', () => {
  expect(() => new OwnedPaths('', [First, Second])).toThrow('Two endpoints have the path token.');
});

@Controller('register')
class At {
  @Post()
  make(): void {}
}

@Controller('register')
class Below {
  @Get(':id')
  show(): void {}
}

it('leaves to the host what stands below an endpoint, unless a controller is there', () => {
  const alone = new OwnedPaths('/auth', [At]);
  expect(['/auth/register', '/auth/register/?x', '/auth/register/1'].map((url) => alone.inside(url))).toEqual(
    ['/register', '/register/?x', null],
  );
  const both = new OwnedPaths('/auth', [At, Below]);
  expect(['/register', '/register/', '/register/1'].map((url) => both.methods(url))).toEqual([
    ['POST'],
    ['POST'],
    ['GET', 'HEAD'],
  ]);
  expect(both.paths()).toEqual(['/auth/register']);
});
