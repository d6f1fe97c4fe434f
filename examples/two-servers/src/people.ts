import { Controller, Get, Injectable, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AccountDirectory, McpInteractions } from 'nestjs-mcp-auth';

@Injectable()
export class People extends AccountDirectory {
  // Look it up among your people.
  async find(id: string) {
    return { id, name: id };
  }
}

@Controller('sign-in')
export class SignInController {
  constructor(private readonly interactions: McpInteractions) {}

  @Get() // show your sign-in page here, and end it with this call once you know who it is
  signIn(@Req() request: Request, @Res() response: Response) {
    return this.interactions.completeSignIn(request, response, 'alice');
  }
}
