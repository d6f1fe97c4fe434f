import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ProviderReports } from '../../sign-in/providers/provider-reports.js';
import { AdminRoute } from '../admin-route.js';
import { Needs } from '../needed.js';
import { ProviderListBody, providerBody } from './provider.body.js';

/** Where people sign in. */
@AdminRoute('providers')
export class ProvidersApiController {
  constructor(private readonly reports: ProviderReports) {}

  @Get()
  @Needs('admin:read')
  @ApiOperation({ summary: 'The identity providers, and how they are' })
  @ApiOkResponse({ type: ProviderListBody })
  async listProviders(): Promise<ProviderListBody> {
    return { items: (await this.reports.list()).map(providerBody) };
  }
}
