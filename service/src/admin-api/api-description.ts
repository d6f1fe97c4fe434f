import { type INestApplication, Injectable, type Type } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ADMIN_SCOPES } from '../config/admin-scopes.js';
import { PublicAddress } from '../config/public-address.js';
import { SERVICE_VERSION } from '../config/service-version.js';
import { withDerivedAnswers } from './derived-answers.js';
import { CHALLENGE, problemAnswer, RETRY } from './problem-answer.js';
import { ProblemBody } from './problem.body.js';

/** What every operation may answer besides. */
const REFUSALS = [
  problemAnswer(400, 'The request is wrong: `errors` says where.'),
  problemAnswer(401, 'There is no access token, or it is no good.', CHALLENGE),
  problemAnswer(403, 'The access token, or the role of its person, does not allow it.', CHALLENGE),
  problemAnswer(415, 'The body is not JSON.'),
  problemAnswer(429, 'Too much went wrong from where you are.', RETRY),
  problemAnswer(503, 'The service is temporarily unavailable, and nothing was done.', RETRY),
];

/** The OpenAPI description of the admin API, made from its code when somebody asks for it. */
@Injectable()
export class ApiDescription {
  private source: { application: INestApplication; api: Type } | undefined;
  private made: OpenAPIObject | undefined;

  constructor(private readonly address: PublicAddress) {}

  /** @param api the module whose controllers are the API. */
  describe(application: INestApplication, api: Type): void {
    this.source = { application, api };
  }

  get document(): OpenAPIObject {
    return (this.made ??= this.make());
  }

  private make(): OpenAPIObject {
    if (!this.source) throw new Error('The description of the API needs the application.');
    const flow = { authorizationUrl: this.address.at('/authorize'), tokenUrl: this.address.at('/token') };
    const builder = new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('Administration')
      .setDescription(
        'People, applications, connections, rules and the audit of an auth service for MCP servers. A person who lets a client use it has signed in in the last ten minutes, or does so again (`prompt=none`: `login_required`); a refresh asks nobody.',
      )
      .setVersion(SERVICE_VERSION)
      .addServer(new URL(this.address.issuer).origin)
      .addOAuth2({
        type: 'oauth2',
        flows: {
          authorizationCode: { ...flow, scopes: { ...ADMIN_SCOPES } },
          clientCredentials: { tokenUrl: flow.tokenUrl, scopes: { ...ADMIN_SCOPES } },
        },
      })
      .addGlobalResponse(...REFUSALS);
    const document = SwaggerModule.createDocument(this.source.application, builder.build(), {
      include: [this.source.api],
      operationIdFactory: (_controller, method) => method,
      extraModels: [ProblemBody],
    });
    return withDerivedAnswers(document);
  }
}
