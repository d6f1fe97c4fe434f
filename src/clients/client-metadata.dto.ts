import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  MaxLength,
} from 'class-validator';
import type { JsonWebKey } from 'node:crypto';
import { LONGEST_REDIRECT_URI } from '../oauth/redirect-uri.js';

const MOST_REDIRECT_URIS = 20;
const LONGEST_NAME = 200;
const LONGEST_URI = 2_000;

const Uri = () => IsUrl({ protocols: ['https', 'http'], require_protocol: true, require_tld: false });

/** The members of a client's metadata that are acted upon (RFC 7591 §2); every other member is ignored. */
export class ClientMetadataDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_REDIRECT_URIS)
  @IsString({ each: true })
  @MaxLength(LONGEST_REDIRECT_URI, { each: true })
  redirect_uris: string[];

  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_NAME)
  client_name?: string;

  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_NAME)
  token_endpoint_auth_method?: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  grant_types?: string[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  response_types?: string[];

  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_URI)
  scope?: string;

  @IsOptional()
  @Uri()
  @MaxLength(LONGEST_URI)
  client_uri?: string;

  @IsOptional()
  @Uri()
  @MaxLength(LONGEST_URI)
  logo_uri?: string;

  @IsOptional()
  @Uri()
  @MaxLength(LONGEST_URI)
  tos_uri?: string;

  @IsOptional()
  @Uri()
  @MaxLength(LONGEST_URI)
  policy_uri?: string;

  @IsOptional()
  @IsObject()
  jwks?: { keys: JsonWebKey[] };

  @IsOptional()
  @IsUrl({ protocols: ['https'], require_protocol: true, require_tld: false })
  @MaxLength(LONGEST_URI)
  jwks_uri?: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10)
  @IsString({ each: true })
  @MaxLength(LONGEST_NAME, { each: true })
  contacts?: string[];

  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_NAME)
  software_id?: string;

  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_NAME)
  software_version?: string;

  @IsOptional()
  @IsIn(['native', 'web'])
  application_type?: 'native' | 'web';
}
