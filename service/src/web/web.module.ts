import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { Csrf } from './csrf.js';
import { Frames } from './frame.js';
import { Navigation } from './navigation.js';
import { PageStatusInterceptor } from './page-status.interceptor.js';
import { StatusLine } from './status-line.js';

/** What all pages share. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    Csrf,
    Navigation,
    Frames,
    StatusLine,
    { provide: APP_INTERCEPTOR, useClass: PageStatusInterceptor },
  ],
  exports: [Csrf, Frames, Navigation, StatusLine],
})
export class WebModule {}
