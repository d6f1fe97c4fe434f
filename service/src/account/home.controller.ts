import { Controller, Get, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { ExampleConfig } from '../config/example-config.js';
import { PublicAddress } from '../config/public-address.js';
import { PolicyStore } from '../policy/policy-store.js';
import { Frames } from '../web/frame.js';
import { InNavigation } from '../web/navigation.js';
import { SignedIn } from '../web/roles.js';
import { Viewer } from '../web/viewer.js';
import { homePage } from './pages/home.page.js';

/** Where everybody begins. */
@Controller()
@InNavigation({ text: 'Start', place: 1 })
@SignedIn()
export class HomeController {
  constructor(
    private readonly address: PublicAddress,
    private readonly example: ExampleConfig,
    private readonly policy: PolicyStore,
    private readonly frames: Frames,
  ) {}

  @Get()
  show(@Viewer() viewer: Viewer, @Req() request: Request, @Res() response: Response): void {
    const { enabled, mcpUrl } = this.example;
    const page = homePage({
      frame: this.frames.of(request, response),
      viewer,
      issuer: this.address.issuer,
      mcpUrl: enabled ? mcpUrl : null,
      exampleOpen: this.policy.isExampleOpen,
    });
    response.set(PAGE_HEADERS).send(page);
  }
}
