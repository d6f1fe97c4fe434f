import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Csrf } from './csrf.js';
import { Frames } from './frame.js';
import { Navigation } from './navigation.js';

/** What all pages share. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [Csrf, Navigation, Frames],
  exports: [Csrf, Frames, Navigation],
})
export class WebModule {}
