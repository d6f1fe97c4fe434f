CREATE SCHEMA mcp_auth;
CREATE FUNCTION mcp_auth."auditEventKeeper"() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF OLD."position" IS NULL AND NEW."position" IS NOT NULL AND NEW."mac" IS NOT NULL
            AND to_jsonb(NEW) - 'position' - 'mac' = to_jsonb(OLD) - 'position' - 'mac' THEN
            RETURN NEW;
          END IF;
        ELSIF TG_OP = 'DELETE' AND current_setting('mcp_auth.audit_retention', true) = 'on' THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION 'The audit is written once: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
      END $$;
CREATE FUNCTION mcp_auth."oauthRevocation_notify"() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
      BEGIN
        PERFORM pg_notify('mcp_auth_revocation', TG_TABLE_SCHEMA);
        RETURN NULL;
      END $$;
CREATE TABLE mcp_auth."accessRule" (
    id uuid NOT NULL,
    name text NOT NULL,
    groups text[],
    resource text NOT NULL,
    scopes text[],
    clients text[],
    "createdAt" timestamp with time zone NOT NULL
);
CREATE TABLE mcp_auth.account (
    id uuid NOT NULL,
    "accountId" text NOT NULL,
    "providerId" text NOT NULL,
    "userId" uuid NOT NULL,
    "accessToken" text,
    "refreshToken" text,
    "idToken" text,
    "accessTokenExpiresAt" timestamp with time zone,
    "refreshTokenExpiresAt" timestamp with time zone,
    scope text,
    password text,
    "createdAt" timestamp with time zone DEFAULT now() NOT NULL,
    "updatedAt" timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE mcp_auth."appliedPolicy" (
    id integer NOT NULL,
    policy jsonb NOT NULL,
    "appliedAt" timestamp with time zone NOT NULL
);
CREATE TABLE mcp_auth."auditCheckpoint" (
    "position" bigint NOT NULL,
    mac text NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    signature text NOT NULL
);
CREATE TABLE mcp_auth."auditEvent" (
    id uuid NOT NULL,
    sequence bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    outcome text NOT NULL,
    "userId" text,
    "clientId" text,
    resource text,
    address text,
    "requestId" text,
    detail jsonb NOT NULL,
    "position" bigint,
    mac text
);
ALTER TABLE mcp_auth."auditEvent" ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME mcp_auth."auditEvent_sequence_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE mcp_auth."auditKey" (
    generation integer NOT NULL,
    sealed text NOT NULL,
    "createdAt" timestamp with time zone NOT NULL
);
CREATE TABLE mcp_auth."clientApproval" (
    "clientId" text NOT NULL,
    "clientName" text,
    "redirectUri" text NOT NULL,
    "requestedBy" text NOT NULL,
    "requestedAt" timestamp with time zone NOT NULL,
    "approvedAt" timestamp with time zone,
    "approvedBy" text
);
CREATE TABLE mcp_auth.invitation (
    id uuid NOT NULL,
    hash text NOT NULL,
    email text NOT NULL,
    name text,
    role text NOT NULL,
    "invitedBy" uuid NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL
);
CREATE TABLE mcp_auth.migrations (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);
CREATE SEQUENCE mcp_auth.migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE mcp_auth.migrations_id_seq OWNED BY mcp_auth.migrations.id;
CREATE TABLE mcp_auth."oauthAccessToken" (
    id uuid NOT NULL,
    "accessToken" text NOT NULL,
    "refreshToken" text,
    "accessTokenExpiresAt" timestamp with time zone NOT NULL,
    "refreshTokenExpiresAt" timestamp with time zone,
    "clientId" text NOT NULL,
    "userId" text,
    scopes text[] NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    "updatedAt" timestamp with time zone NOT NULL,
    "grantId" uuid NOT NULL,
    "rotatedAt" timestamp with time zone,
    "successorHash" text,
    "successorSealed" bytea,
    "revokedAt" timestamp with time zone,
    "statusIndex" bigint NOT NULL
);
ALTER TABLE mcp_auth."oauthAccessToken" ALTER COLUMN "statusIndex" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME mcp_auth."oauthAccessToken_statusIndex_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE mcp_auth."oauthApplication" (
    id uuid NOT NULL,
    name text,
    icon text,
    metadata jsonb,
    "clientId" text NOT NULL,
    "clientSecret" text,
    "redirectUrls" text[] NOT NULL,
    type text NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    "userId" text,
    "createdAt" timestamp with time zone DEFAULT now() NOT NULL,
    "updatedAt" timestamp with time zone DEFAULT now() NOT NULL,
    source text NOT NULL,
    "grantTypes" text[] NOT NULL,
    "tokenEndpointAuthMethod" text NOT NULL,
    "secretExpiresAt" timestamp with time zone,
    "clientUri" text,
    "grantedAt" timestamp with time zone,
    "previousSecret" text,
    "previousSecretExpiresAt" timestamp with time zone,
    jwks jsonb,
    "jwksUri" text,
    resource text
);
CREATE TABLE mcp_auth."oauthAuthorizationCode" (
    hash text NOT NULL,
    "grantId" uuid NOT NULL,
    "codeChallenge" text NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL,
    "consumedAt" timestamp with time zone,
    nonce text,
    "idTokenClaims" jsonb
);
CREATE TABLE mcp_auth."oauthConsent" (
    id uuid NOT NULL,
    "clientId" text NOT NULL,
    "userId" text NOT NULL,
    scopes text[] NOT NULL,
    "consentGiven" boolean NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    "updatedAt" timestamp with time zone NOT NULL,
    "redirectHost" text NOT NULL,
    resource text NOT NULL,
    "clientDigest" text
);
CREATE TABLE mcp_auth."oauthGrant" (
    id uuid NOT NULL,
    "clientId" text NOT NULL,
    "userId" text NOT NULL,
    resource text NOT NULL,
    scopes text[] NOT NULL,
    refreshable boolean NOT NULL,
    "authenticatedAt" timestamp with time zone NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL,
    "revokedAt" timestamp with time zone,
    "redirectUri" text NOT NULL
);
CREATE TABLE mcp_auth."oauthInteraction" (
    id uuid NOT NULL,
    "browserHash" text NOT NULL,
    request jsonb NOT NULL,
    "accountId" text,
    "authenticatedAt" timestamp with time zone,
    "createdAt" timestamp with time zone NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL
);
CREATE TABLE mcp_auth."oauthReplay" (
    hash text NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL
);
CREATE TABLE mcp_auth."oauthResource" (
    identifier text NOT NULL,
    name text NOT NULL,
    scopes jsonb NOT NULL,
    "challengeScopes" text[] NOT NULL,
    "scopeHierarchy" jsonb NOT NULL,
    "accessTokenExpiresIn" integer,
    "signingAlgorithm" text,
    enabled boolean NOT NULL,
    source text NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    "updatedAt" timestamp with time zone NOT NULL
);
CREATE TABLE mcp_auth."oauthRevocation" (
    id bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    "issuedBefore" timestamp with time zone,
    "expiresAt" timestamp with time zone NOT NULL,
    xid bigint NOT NULL
);
CREATE SEQUENCE mcp_auth."oauthRevocation_id_seq"
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE mcp_auth."oauthRevocation_id_seq" OWNED BY mcp_auth."oauthRevocation".id;
CREATE TABLE mcp_auth."passwordLink" (
    hash text NOT NULL,
    "userId" uuid NOT NULL,
    "createdBy" uuid NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL
);
CREATE UNLOGGED TABLE mcp_auth."rateLimit" (
    key character varying(255) NOT NULL,
    points integer DEFAULT 0 NOT NULL,
    expire bigint
);
CREATE TABLE mcp_auth.session (
    id uuid NOT NULL,
    token text NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL,
    "ipAddress" text,
    "userAgent" text,
    "userId" uuid NOT NULL,
    "createdAt" timestamp with time zone DEFAULT now() NOT NULL,
    "updatedAt" timestamp with time zone DEFAULT now() NOT NULL,
    "authenticatedAt" timestamp with time zone NOT NULL,
    "endsAt" timestamp with time zone NOT NULL,
    issuer text
);
CREATE TABLE mcp_auth."setupLink" (
    hash text NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL
);
CREATE TABLE mcp_auth."signingKey" (
    kid text NOT NULL,
    alg text NOT NULL,
    generation integer NOT NULL,
    "sealedPrivateKey" bytea NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    "activatesAt" timestamp with time zone NOT NULL,
    "expiresAt" timestamp with time zone
);
CREATE TABLE mcp_auth."user" (
    id uuid NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    "emailVerified" boolean DEFAULT false NOT NULL,
    image text,
    "createdAt" timestamp with time zone DEFAULT now() NOT NULL,
    "updatedAt" timestamp with time zone DEFAULT now() NOT NULL,
    role text NOT NULL,
    "disabledAt" timestamp with time zone,
    groups text[] DEFAULT '{}'::text[] NOT NULL,
    "groupsReadAt" timestamp with time zone,
    "lastSignInAt" timestamp with time zone,
    "passwordChangedAt" timestamp with time zone
);
ALTER TABLE ONLY mcp_auth.migrations ALTER COLUMN id SET DEFAULT nextval('mcp_auth.migrations_id_seq'::regclass);
ALTER TABLE ONLY mcp_auth."oauthRevocation" ALTER COLUMN id SET DEFAULT nextval('mcp_auth."oauthRevocation_id_seq"'::regclass);
INSERT INTO mcp_auth."accessRule" VALUES ('6f1f0a8e-30a1-4f0e-8f3e-0a6a6f9b0c01', 'Engineers', '{engineering}', 'http://localhost:39417/mcp', '{mcp:tools}', '{https://client.example/}', '2026-11-25 08:00:00+00');
INSERT INTO mcp_auth.account VALUES ('56c4f5af-5ab4-4c0a-8f77-99573c7ce6c2', '8c55303a-a219-4762-a177-cebf05671654', 'credential', '8c55303a-a219-4762-a177-cebf05671654', NULL, NULL, NULL, NULL, NULL, NULL, '$argon2id$v=19$m=19456,t=2,p=1$z/bXAqf1D3qGRN6wHJFdeQ$azuHJ2it8HhIuMhAlBi5L9Da2c84tdlVgNuxW3UMJIg', '2026-11-26 02:05:31.957+00', '2026-11-26 02:05:31.957+00');
INSERT INTO mcp_auth.account VALUES ('e340b3e2-e566-4a5b-a005-7cca802db989', '577f72d1-487f-4c78-b39f-22af1b4facfe', 'credential', '577f72d1-487f-4c78-b39f-22af1b4facfe', NULL, NULL, NULL, NULL, NULL, NULL, '$argon2id$v=19$m=19456,t=2,p=1$XxYX+ZWlprX+GlH5EzVrQw$GOEbjuuXycgmgu62xx6jYoArP3sEgownMKJ6tJHs7MY', '2026-11-26 02:05:31.979+00', '2026-11-26 02:05:31.979+00');
INSERT INTO mcp_auth.account VALUES ('6f1f0a8e-30a1-4f0e-8f3e-0a6a6f9b0c03', '00ubob', 'https://login.example.com', '577f72d1-487f-4c78-b39f-22af1b4facfe', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-25 08:00:00+00', '2026-11-25 08:00:00+00');
INSERT INTO mcp_auth."appliedPolicy" VALUES (1, '{"rules": [{"name": "The example server is open to everyone", "groups": "everyone", "scopes": "all", "clients": "any", "resource": "http://localhost:39417/mcp"}, {"name": "Engineers", "groups": ["engineering"], "scopes": ["mcp:tools"], "clients": ["https://client.example/"], "resource": "http://localhost:39417/mcp"}], "clients": {"mode": "open", "allowed": [], "trusted": []}}', '2026-11-26 02:05:31.85+00');
INSERT INTO mcp_auth."auditCheckpoint" VALUES (8, 'Y5CQJcmGK89dE8Hl8o2nTnq6eAFERD-ljSU1M2vHvn4', '2026-11-27 03:05:32.554+00', 'exBofp9jU2KhGM7EXHYpGA-s2B1-JSqR6zNJobMntQY');
INSERT INTO mcp_auth."auditEvent" OVERRIDING SYSTEM VALUE VALUES ('5a90cbd5-b3db-4c88-a6a3-cc60a4eb9676', 9, '2026-11-27 03:05:32.561+00', 'audit.prune', 'success', NULL, NULL, NULL, NULL, NULL, '{"position": "8"}', 9, 'Nqr_sxagcrhgsJytjZuL9q1kZzgDM1QBgs65GqXq9jU');
INSERT INTO mcp_auth."auditEvent" OVERRIDING SYSTEM VALUE VALUES ('0df0c184-b57a-481d-a48b-dd8a165da467', 10, '2026-11-27 03:05:32.574+00', 'client.register', 'success', NULL, '8fb57a43-88a9-43b3-bdd8-39e302bb8e2c', NULL, '127.0.0.1', 'eaa3da01-3b5b-4c8b-b096-12bf1af1891d', '{"name": "A client of before", "redirectUris": ["https://client.example/callback"]}', 10, 'BAugBEPp72seygYvpI8iQ6K5UGJeVUwPGY8Q-Skulog');
INSERT INTO mcp_auth."auditEvent" OVERRIDING SYSTEM VALUE VALUES ('445821b9-d23c-4266-b16b-d44f5f876883', 11, '2026-11-27 03:05:32.652+00', 'sign-in', 'success', '577f72d1-487f-4c78-b39f-22af1b4facfe', NULL, NULL, '127.0.0.1', 'fa436c0c-7219-497c-a717-4b31368586fc', '{"method": "password"}', 11, 'u-YAfii2v7YL6D6Zb1QC9SbWF9l39e3Oshoj80l04wk');
INSERT INTO mcp_auth."auditEvent" OVERRIDING SYSTEM VALUE VALUES ('a0a25c7a-0119-4f94-9d0a-872ca392fbba', 12, '2026-11-27 03:05:32.666+00', 'policy.decide', 'success', '577f72d1-487f-4c78-b39f-22af1b4facfe', '8fb57a43-88a9-43b3-bdd8-39e302bb8e2c', 'http://localhost:39417/mcp', '127.0.0.1', 'b87e3832-e141-4969-9773-2d31e233cf73', '{"at": "authorization", "reason": "The example server is open to everyone", "scopes": ["mcp:tools"], "decision": "allowed", "requested": ["mcp:tools"]}', 12, 'VZzUYd3Gc-AZzbfCYwJu3Ygm9sMl9KJfZrTjX3wNzaA');
INSERT INTO mcp_auth."auditEvent" OVERRIDING SYSTEM VALUE VALUES ('53a69990-c03c-4ea1-add7-0e4877bf2ef9', 13, '2026-11-27 03:05:32.78+00', 'consent', 'success', '577f72d1-487f-4c78-b39f-22af1b4facfe', '8fb57a43-88a9-43b3-bdd8-39e302bb8e2c', 'http://localhost:39417/mcp', '127.0.0.1', 'e1b32331-eaaa-4ee4-9142-3ac049ae126f', '{"rule": "The example server is open to everyone", "asked": true, "scopes": ["mcp:tools"], "grantId": "242b37ac-2090-4fe6-9713-e7797bb59af1", "redirectUri": "https://client.example/callback"}', 13, 'Q-_mc_3oKJQnC_4T9N2-4QY6Tc8BbEteQZcLBWZREtY');
INSERT INTO mcp_auth."auditEvent" OVERRIDING SYSTEM VALUE VALUES ('a7732dc4-f17f-4b02-90e4-edc86ce1d826', 14, '2026-11-27 03:05:32.788+00', 'policy.decide', 'success', '577f72d1-487f-4c78-b39f-22af1b4facfe', '8fb57a43-88a9-43b3-bdd8-39e302bb8e2c', 'http://localhost:39417/mcp', '127.0.0.1', 'e57e8ed4-291b-4e43-8a52-ebfe87ad7a74', '{"at": "token", "reason": "The example server is open to everyone", "scopes": ["mcp:tools"], "decision": "allowed", "requested": ["mcp:tools"]}', 14, 'jBhS1fDsF8b4VVLvjeVObAZRWmTwargtmcyypYPb3Mc');
INSERT INTO mcp_auth."auditEvent" OVERRIDING SYSTEM VALUE VALUES ('a05c47e4-797b-47cf-93ab-439d8dfae15a', 15, '2026-11-27 03:05:32.789+00', 'token.issue', 'success', '577f72d1-487f-4c78-b39f-22af1b4facfe', '8fb57a43-88a9-43b3-bdd8-39e302bb8e2c', 'http://localhost:39417/mcp', '127.0.0.1', 'e57e8ed4-291b-4e43-8a52-ebfe87ad7a74', '{"scopes": ["mcp:tools"], "grantId": "242b37ac-2090-4fe6-9713-e7797bb59af1", "tokenId": "l_oX46XzcUgIqs5sRUMIDpQATUI5BPReE10TtJ0jZxE", "grantType": "authorization_code"}', 15, 'bpExmpNYvISXG2e3HIha0jFEizDm9MN3McA2zIn32Is');
INSERT INTO mcp_auth."auditEvent" OVERRIDING SYSTEM VALUE VALUES ('6e404887-99dd-4e38-acba-7536fc2f7f02', 16, '2026-11-27 03:05:32.793+00', 'client.register', 'success', NULL, 'a6d3f401-6017-498b-9f43-45fb3c12a7d3', NULL, '127.0.0.1', 'b8e27727-001f-4646-8b7f-a69bdd45db0c', '{"name": "A client that stopped in the middle", "redirectUris": ["https://client.example/callback"]}', 16, 'Lbe0_eg42DAGEoJYUKJKovdvdm0xt2NuveCIg6KawtY');
INSERT INTO mcp_auth."auditEvent" OVERRIDING SYSTEM VALUE VALUES ('ca0b82bf-7bea-4735-926f-1a2d5757cfd6', 17, '2026-11-27 03:05:33.03+00', 'sign-in', 'success', '8c55303a-a219-4762-a177-cebf05671654', NULL, NULL, '127.0.0.1', 'ff9ae9d9-6e44-433c-b739-8c7448dc9d66', '{"method": "password"}', 17, 'rssTcejnuXqLUnbKN7AcUHPcAOeCnpZpVvfWTN5kej4');
INSERT INTO mcp_auth."auditEvent" OVERRIDING SYSTEM VALUE VALUES ('2fd980b8-c862-45d4-95df-6990c2a75301', 18, '2026-11-27 03:05:33.051+00', 'policy.decide', 'success', '8c55303a-a219-4762-a177-cebf05671654', 'a6d3f401-6017-498b-9f43-45fb3c12a7d3', 'http://localhost:39417/mcp', '127.0.0.1', 'bfc8cb1c-8373-406f-a4b5-070935f04a2b', '{"at": "authorization", "reason": "The example server is open to everyone", "scopes": ["mcp:tools"], "decision": "allowed", "requested": ["mcp:tools"]}', 18, 'KaROncGDlGQpDNnmcqX4_-LLSZIammoKikJF2rDm8pE');
INSERT INTO mcp_auth."auditEvent" OVERRIDING SYSTEM VALUE VALUES ('e150ea07-54b2-4cd1-9426-8cb699fd339c', 19, '2026-11-27 03:05:33.083+00', 'consent', 'success', '8c55303a-a219-4762-a177-cebf05671654', 'a6d3f401-6017-498b-9f43-45fb3c12a7d3', 'http://localhost:39417/mcp', '127.0.0.1', '8a16ebec-a3df-43f1-8331-5b709fdcf463', '{"rule": "The example server is open to everyone", "asked": true, "scopes": ["mcp:tools"], "grantId": "f069144f-1776-4b26-8643-0aa30ee130cf", "redirectUri": "https://client.example/callback"}', 19, '_BqX-0mavxpBTiFgsB59f-hB211pRS10GSdBBshNpm4');
INSERT INTO mcp_auth."auditEvent" OVERRIDING SYSTEM VALUE VALUES ('6afa968e-1ec1-41e9-927e-95257284feb5', 20, '2026-11-27 03:05:33.096+00', 'client.register', 'success', NULL, 'b64f57d4-cd2d-41f9-9c19-23336b4e4428', NULL, '127.0.0.1', 'baba8f26-2a91-4c82-a8ab-a4a85ffc3bce', '{"name": "A client", "redirectUris": ["https://client.example/callback"]}', 20, '_8MSL9MGY0Sw4oN-FrMJlKvRBjgzFHHRkj5uTjF72yQ');
INSERT INTO mcp_auth."auditKey" VALUES (1, 'kXXYG7V0rtIcOUw3kxOAT3SLBnCyLBL0-EVNStPhSLTZfQwut6qVFDxxLNYW-v3a9GbAe7GlrlC4OixpiIOoGE20TVxUFqk', '2026-11-26 02:05:32.499+00');
INSERT INTO mcp_auth."clientApproval" VALUES ('a-client-that-waits', 'A client that waits', 'https://waiting.example/callback', '577f72d1-487f-4c78-b39f-22af1b4facfe', '2026-11-25 08:00:00+00', '2026-11-25 09:00:00+00', '8c55303a-a219-4762-a177-cebf05671654');
INSERT INTO mcp_auth.invitation VALUES ('6f1f0a8e-30a1-4f0e-8f3e-0a6a6f9b0c02', 'qhChqbBgxNUDqNg1yEEoDoJP2BBi0EtolZhDjTp7jtk', 'cleo@example.com', 'Cleo', 'member', '8c55303a-a219-4762-a177-cebf05671654', '2026-11-25 08:00:00+00', '2099-01-01 00:00:00+00');
INSERT INTO mcp_auth.migrations VALUES (1, 1763900000000, 'Initial1763900000000');
INSERT INTO mcp_auth.migrations VALUES (2, 1764000000001, 'ServiceAccounts1764000000001');
INSERT INTO mcp_auth.migrations VALUES (3, 1764100000000, 'RevocationFeed1764100000000');
INSERT INTO mcp_auth.migrations VALUES (4, 1764110000000, 'Resources1764110000000');
INSERT INTO mcp_auth.migrations VALUES (5, 1764120000000, 'StrongClients1764120000000');
INSERT INTO mcp_auth.migrations VALUES (6, 1764130000000, 'StatusList1764130000000');
INSERT INTO mcp_auth.migrations VALUES (7, 1764200000000, 'MetadataDocuments1764200000000');
INSERT INTO mcp_auth.migrations VALUES (8, 1764300000000, 'SigningKeyRotation1764300000000');
INSERT INTO mcp_auth.migrations VALUES (9, 1764400000000, 'OpenId1764400000000');
INSERT INTO mcp_auth.migrations VALUES (10, 1765000000000, 'Groups1765000000000');
INSERT INTO mcp_auth.migrations VALUES (11, 1765010000000, 'Policy1765010000000');
INSERT INTO mcp_auth.migrations VALUES (12, 1765100000000, 'AccessPolicy1765100000000');
INSERT INTO mcp_auth.migrations VALUES (13, 1765200000000, 'SessionIssuer1765200000000');
INSERT INTO mcp_auth.migrations VALUES (14, 1765300000000, 'RateLimit1765300000000');
INSERT INTO mcp_auth.migrations VALUES (15, 1765310000000, 'Audit1765310000000');
INSERT INTO mcp_auth.migrations VALUES (16, 1765450000000, 'People1765450000000');
INSERT INTO mcp_auth."oauthAccessToken" OVERRIDING SYSTEM VALUE VALUES ('89ecffca-d455-487a-953e-22c08d3c31b9', 'RqZozs3cN8W1cZSAhzWAtj57Kj595VXU9l1XgO1O6y4', 'pMiMdnntR6Pd1GoXZP4dyUc0P6Vsma8R2qEqHGdD-Rc', '2099-01-01 00:00:00+00', '2099-01-01 00:00:00+00', 'e4daeae2-67b8-4926-9b0a-7a502e0c5f60', '8c55303a-a219-4762-a177-cebf05671654', '{mcp:tools}', '2026-11-26 02:05:32.454+00', '2026-11-26 02:05:32.454+00', '74c779bf-cba8-4a77-8a84-5107f51253b8', NULL, NULL, NULL, NULL, 1);
INSERT INTO mcp_auth."oauthAccessToken" OVERRIDING SYSTEM VALUE VALUES ('f6af7ac1-beeb-4ce5-9e20-844a68f35236', 'l_oX46XzcUgIqs5sRUMIDpQATUI5BPReE10TtJ0jZxE', 'opdEVbwd8gJ757QQWedCNZ_jNytaYnYnghmSrieVub0', '2099-01-01 00:00:00+00', '2099-01-01 00:00:00+00', '8fb57a43-88a9-43b3-bdd8-39e302bb8e2c', '577f72d1-487f-4c78-b39f-22af1b4facfe', '{mcp:tools}', '2026-11-27 03:05:32.784+00', '2026-11-27 03:05:32.784+00', '242b37ac-2090-4fe6-9713-e7797bb59af1', NULL, NULL, NULL, NULL, 2);
INSERT INTO mcp_auth."oauthApplication" VALUES ('49c0c62f-33dc-4a84-9571-ccf07ca340bf', 'A client', NULL, '{}', 'e4daeae2-67b8-4926-9b0a-7a502e0c5f60', NULL, '{https://client.example/callback}', 'native', false, NULL, '2026-11-26 02:05:32.048+00', '2026-11-26 02:05:32.048+00', 'registered', '{authorization_code,refresh_token}', 'none', NULL, NULL, '2026-11-26 02:05:32.404+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO mcp_auth."oauthApplication" VALUES ('189dfe1a-07b1-4430-b5fb-b6ee663fe640', 'A client of before', NULL, '{}', '8fb57a43-88a9-43b3-bdd8-39e302bb8e2c', NULL, '{https://client.example/callback}', 'native', false, NULL, '2026-11-27 03:05:32.569+00', '2026-11-27 03:05:32.569+00', 'registered', '{authorization_code,refresh_token}', 'none', NULL, NULL, '2026-11-27 03:05:32.696+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO mcp_auth."oauthApplication" VALUES ('efa229be-7c66-4bdf-9637-8aa493f127d6', 'A client that stopped in the middle', NULL, '{}', 'a6d3f401-6017-498b-9f43-45fb3c12a7d3', NULL, '{https://client.example/callback}', 'native', false, NULL, '2026-11-27 03:05:32.792+00', '2026-11-27 03:05:32.792+00', 'registered', '{authorization_code,refresh_token}', 'none', NULL, NULL, '2026-11-27 03:05:33.08+00', NULL, NULL, NULL, NULL, NULL);
INSERT INTO mcp_auth."oauthApplication" VALUES ('34a30cd3-f8cb-4a92-ba9a-1d37fdb7e366', 'A client', NULL, '{}', 'b64f57d4-cd2d-41f9-9c19-23336b4e4428', NULL, '{https://client.example/callback}', 'native', false, NULL, '2026-11-27 03:05:33.094+00', '2026-11-27 03:05:33.094+00', 'registered', '{authorization_code,refresh_token}', 'none', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO mcp_auth."oauthAuthorizationCode" VALUES ('RmtAyQ375hT3i03KTcXP3PszKUSp-kkHncCoB__YPhQ', '74c779bf-cba8-4a77-8a84-5107f51253b8', 'VREERXlgpeZhXMZ4C8b7pr5vFKLvv5vaviKJrxUKFfk', '2099-01-01 00:00:00+00', '2026-11-26 02:05:32.454+00', NULL, NULL);
INSERT INTO mcp_auth."oauthAuthorizationCode" VALUES ('Vi2LJFCrah6azNfGoGHw8XskRboSm3WSN_zlhN5PLtE', '242b37ac-2090-4fe6-9713-e7797bb59af1', 'CXwGSqMSkN16Anggler7G2D17_ypvYbIOPGTlmelMZ4', '2099-01-01 00:00:00+00', '2026-11-27 03:05:32.784+00', NULL, NULL);
INSERT INTO mcp_auth."oauthAuthorizationCode" VALUES ('uvg_FjMA_fnISyDvpnrzUdTeaxUjO4mBmjWZlIoeaOc', 'f069144f-1776-4b26-8643-0aa30ee130cf', 'Atmm-Ou2vZNm__3Ph-oZh_2_S8h-pWNFrppzDRzY4zQ', '2099-01-01 00:00:00+00', NULL, NULL, NULL);
INSERT INTO mcp_auth."oauthConsent" VALUES ('abf97f3b-c91f-44c5-b7cb-b17a2a1cf083', 'e4daeae2-67b8-4926-9b0a-7a502e0c5f60', '8c55303a-a219-4762-a177-cebf05671654', '{mcp:tools}', true, '2026-11-26 02:05:32.404+00', '2026-11-26 02:05:32.404+00', 'client.example', 'http://localhost:39417/mcp', NULL);
INSERT INTO mcp_auth."oauthConsent" VALUES ('0aa6cccc-cc07-45d7-bb38-e6eaf578cde2', '8fb57a43-88a9-43b3-bdd8-39e302bb8e2c', '577f72d1-487f-4c78-b39f-22af1b4facfe', '{mcp:tools}', true, '2026-11-27 03:05:32.696+00', '2026-11-27 03:05:32.696+00', 'client.example', 'http://localhost:39417/mcp', NULL);
INSERT INTO mcp_auth."oauthConsent" VALUES ('724c7aea-608d-4fbc-a3c5-3d2695e4c4b8', 'a6d3f401-6017-498b-9f43-45fb3c12a7d3', '8c55303a-a219-4762-a177-cebf05671654', '{mcp:tools}', true, '2026-11-27 03:05:33.08+00', '2026-11-27 03:05:33.08+00', 'client.example', 'http://localhost:39417/mcp', NULL);
INSERT INTO mcp_auth."oauthGrant" VALUES ('74c779bf-cba8-4a77-8a84-5107f51253b8', 'e4daeae2-67b8-4926-9b0a-7a502e0c5f60', '8c55303a-a219-4762-a177-cebf05671654', 'http://localhost:39417/mcp', '{mcp:tools}', true, '2026-11-26 02:05:32.287+00', '2026-11-26 02:05:32.404+00', '2099-01-01 00:00:00+00', NULL, 'https://client.example/callback');
INSERT INTO mcp_auth."oauthGrant" VALUES ('242b37ac-2090-4fe6-9713-e7797bb59af1', '8fb57a43-88a9-43b3-bdd8-39e302bb8e2c', '577f72d1-487f-4c78-b39f-22af1b4facfe', 'http://localhost:39417/mcp', '{mcp:tools}', true, '2026-11-27 03:05:32.65+00', '2026-11-27 03:05:32.696+00', '2099-01-01 00:00:00+00', NULL, 'https://client.example/callback');
INSERT INTO mcp_auth."oauthGrant" VALUES ('f069144f-1776-4b26-8643-0aa30ee130cf', 'a6d3f401-6017-498b-9f43-45fb3c12a7d3', '8c55303a-a219-4762-a177-cebf05671654', 'http://localhost:39417/mcp', '{mcp:tools}', true, '2026-11-27 03:05:33.022+00', '2026-11-27 03:05:33.08+00', '2099-01-01 00:00:00+00', NULL, 'https://client.example/callback');
INSERT INTO mcp_auth."oauthInteraction" VALUES ('011a01bf-57a6-4f4f-8842-fb698c4e2810', '-Z-qVEqbjHXrqANYCbQXWruZhTvip5n6Y6CxE8wIdHI', '{"scopes": ["mcp:tools"], "prompts": [], "clientId": "b64f57d4-cd2d-41f9-9c19-23336b4e4428", "resource": "http://localhost:39417/mcp", "redirectUri": "https://client.example/callback", "codeChallenge": "tMEO2tSLkK-zBhQxq48ogupfRHUuEtWmEsW5DuVtLSY"}', NULL, NULL, '2026-11-27 03:05:33.103+00', '2099-01-01 00:00:00+00');
INSERT INTO mcp_auth."oauthReplay" VALUES ('G5BSkbXPbQRJyOBcdQcZ27LA-_7UabYHbZU-Ni99FTY', '2099-01-01 00:00:00+00');
INSERT INTO mcp_auth."oauthResource" VALUES ('http://localhost:39417/mcp', 'Company tools', '{"mcp:tools": "Use the tools for you", "notes:delete": "Delete your notes"}', '{mcp:tools}', '{}', NULL, NULL, true, 'options', '2026-11-26 02:05:31.613+00', '2026-11-26 02:05:31.613+00');
INSERT INTO mcp_auth."oauthRevocation" VALUES (1, 'resource', 'http://localhost:39417/mcp', NULL, '2099-01-01 00:00:00+00', 24908);
INSERT INTO mcp_auth."oauthRevocation" VALUES (2, 'policy', '', '2026-11-26 02:05:32.912+00', '2099-01-01 00:00:00+00', 24912);
INSERT INTO mcp_auth."passwordLink" VALUES ('cRt-D52PRqeEy_C9f5jLFhD6mN3NuSb7b7_O8vV6ATs', '577f72d1-487f-4c78-b39f-22af1b4facfe', '8c55303a-a219-4762-a177-cebf05671654', '2099-01-01 00:00:00+00');
INSERT INTO mcp_auth."rateLimit" VALUES ('token:before', 1, 4070908800000);
INSERT INTO mcp_auth.session VALUES ('583ebc63-45e6-4078-9001-2a5b300164a2', '6R8NYg94JuId_oJHCvPi-vfHyLp4cmxLl51UFfcJ_Sk', '2099-01-01 00:00:00+00', '127.0.0.1', 'node', '577f72d1-487f-4c78-b39f-22af1b4facfe', '2026-11-27 03:05:32.65+00', '2026-11-27 03:05:32.65+00', '2026-11-27 03:05:32.65+00', '2099-01-01 00:00:00+00', NULL);
INSERT INTO mcp_auth.session VALUES ('09227ef9-1f45-401e-a927-5c61a98171da', 'aZzmcso7M_EuLWrf56v2ldH-qG8aIRk5h5vpoH-XK2k', '2099-01-01 00:00:00+00', '127.0.0.1', 'node', '8c55303a-a219-4762-a177-cebf05671654', '2026-11-27 03:05:33.022+00', '2026-11-27 03:05:33.022+00', '2026-11-27 03:05:33.022+00', '2099-01-01 00:00:00+00', NULL);
INSERT INTO mcp_auth."setupLink" VALUES ('6xfYr5hnnXcFO8cvR5J5iHNVjcFSzSCWvRlt8PuSU7Q', '2099-01-01 00:00:00+00');
INSERT INTO mcp_auth."signingKey" VALUES ('F6hKxsItTkZBiOvA', 'ES256', 1, '\x13e97f190c41d56f97474524e2422a427e0c80a312690baeda9febfde8ca428037d99348ae53ceabaa68aa8366bbe0f60061dced3e9d36e978a8e6566d17ea1b66a8fd5f20698b4add2f43a40d09ecbda3c7893adba4a86c1578a999779695fcbff60ad64395d053b3af430443ee00770f3d0562e12aee7a04907b8ae36ca3c08b93644d87b7f5ae2f5861f9a03ef78f6f660ab2c081d3b15ea29ab8dc433d5f3db7fac84c10', '2026-11-26 02:05:31.635+00', '2026-11-26 02:05:31.635+00', NULL);
INSERT INTO mcp_auth."signingKey" VALUES ('szPrnVWuq7lQByLG', 'RS256', 1, '\xb809024f80946ba23cb80c3112f028534b6368831831c08fcb1039645b083e92410aecbcffae619b291302203744dab721c7e23a25a8967953d18207d0b621f09ad20cde0f5ab47fd7662a847f912673f1ae0b5bf51d28b24542c90f03347e6f212640d5d3e30ddb5dd6190a1071840f219545e27decfcb6fb32c6352bcfdca92a296ba053aeea0b168e11c6387244f3d1344b91f73ccbd2b85dd859af45daf8bedeaab89f13ffad52ea293a87b50c85241f813320a1576a8f32a29ff20da8c54d003e37a045bc8fa5a4149dd7295d05edace6d14e2594cb9fbc4d2986544fdacfbef43953bed8efaff07278f2b48a3289b412d5a0bd18d297d2bda9c4c4d47c586c227f464dac26249aa4f302bc0fad0bb569c48c6c8b80820ba5f1bdb1282338e27166a15413fd66713381d156e1bbe46187b7c8aca753af530127fd470dc7f935f5e90982b5e2b14726e40d9a1d93cb356e283b1d12acb4c6634636cd156236b59f629a8dbb36860d55345be587fb5081280f21a5075b55ac070346a34d7db8b9508000c16b4a7881c1110fb8d667b5118c205c2426bf62266cc4e2d3c2cc2e3fa2a18e443d2df123a7654119354711d88586171832354a0b95468dcc7a6e06a9a54a96e1cd71957c32863b0ad5ff4b6167233bfb04aa5440324d1e2e861915f51389139e8e648d2f5186e4dc63849a393507530f5f46f7b3674848b3ba84d5791eef7b3d6ea17bcdac770ad92d676c8fa1e4232ecc842786d607e5f79ce3e37a28df7e64f2265348188bc05b74705af77b911a4d7e913de151a6b2818dccdcd2ffaf66ce01ddf784ec6f2db11992a3d1b9e12904af402035162a046ec30ff900260a23ef52cdeb3de70bdb20f7407202094a5aef384d7341c52b2f51b8afb366c50cb4482c8d7be8be96153e2c6a7d8732b86c7c0e1edd2c70016b4964be96c056fc624d6e74577fe79c6ef95b6aac19bf7b758c69de9a175988cca466c46bbcb7fd952c696174544066ebd98e0f71362c6f0b669fb4b1d48d9187c0a8732381537ce449a1bd4ea0a95b8381cb3b9fef7f798da2f6dbd32cb584f22f9297d466ac09153c356727bb8866e6dc76ba66178bd5a1cc96c4bb329dbd8eac1060f0fbbde8fa08177bddc79c1adc4b17abe6967b75f24608ccbffd2089741c942b1110f62069c47ce09f0504c99e66db8728fc39432023412eea54598b7b1a66328113463c5993b40f6e1fd31ba4b1540524dab6e7d7ef3f7c496c639259addd3add9cbf67286c3c444513797345434d4eb9752c74a16e4318dd1579f598dab8126e7b1a536ab93997c572773dc9109f38447d69926986aad45ff9d860c31d0c51e4dbb54db869d276be3ae7b1615a9c27a4c6c3db220a6ffef5c99631f5cb3576b9a470f63ba2ac41d2a65889a73c653ba506f8359aa147e4a62c2be1b8977f1c2ace6fd2a7585d05a7c6c906d124279ba88fb564cbd1a77c1a310d25448a35b808360911a0d1e462fd6e91f7aef02f920a924b6cbf96af02919b74bd7346d9f832ed444d9a6f54299754f6db001216bdf48a1a22bc9d6a8b40b71b41bcdb0e41b74832ae43cadf31b191d90afe4ed0824eaf7aeaf83790ff08d772c5aed3c178f8b94c49981ab34d537b8b629d64a784984dd62053bea2f87298dcbd8cd910a660ad9de76380160f5863fcc567911b85de556cda5b88243a65f18c5d1e3d1be96a0612e2c41434eed7651d3c8fe599da53bb5a8d96655dd53ed54a86d7ae', '2026-11-26 02:05:31.775+00', '2026-11-26 02:05:31.775+00', NULL);
INSERT INTO mcp_auth."user" VALUES ('8c55303a-a219-4762-a177-cebf05671654', 'Ada', 'ada@example.com', false, NULL, '2026-11-26 02:05:31.954+00', '2026-11-26 02:05:31.954+00', 'administrator', NULL, '{}', NULL, '2026-11-27 03:05:33.022+00', NULL);
INSERT INTO mcp_auth."user" VALUES ('577f72d1-487f-4c78-b39f-22af1b4facfe', 'bob', 'bob@example.com', false, NULL, '2026-11-26 02:05:31.977+00', '2026-11-26 02:05:31.981343+00', 'member', NULL, '{engineering}', '2099-01-01 00:00:00+00', '2026-11-27 03:05:32.65+00', NULL);
SELECT pg_catalog.setval('mcp_auth."auditEvent_sequence_seq"', 20, true);
SELECT pg_catalog.setval('mcp_auth.migrations_id_seq', 16, true);
SELECT pg_catalog.setval('mcp_auth."oauthAccessToken_statusIndex_seq"', 2, true);
SELECT pg_catalog.setval('mcp_auth."oauthRevocation_id_seq"', 2, true);
ALTER TABLE ONLY mcp_auth.migrations
    ADD CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth."accessRule"
    ADD CONSTRAINT "accessRule_pkey" PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth."appliedPolicy"
    ADD CONSTRAINT "appliedPolicy_pkey" PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth."auditCheckpoint"
    ADD CONSTRAINT "auditCheckpoint_pkey" PRIMARY KEY ("position");
ALTER TABLE ONLY mcp_auth."auditEvent"
    ADD CONSTRAINT "auditEvent_pkey" PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth."auditKey"
    ADD CONSTRAINT "auditKey_pkey" PRIMARY KEY (generation);
ALTER TABLE ONLY mcp_auth."clientApproval"
    ADD CONSTRAINT "clientApproval_pkey" PRIMARY KEY ("clientId");
ALTER TABLE ONLY mcp_auth.invitation
    ADD CONSTRAINT invitation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth."oauthAccessToken"
    ADD CONSTRAINT "oauthAccessToken_pkey" PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth."oauthApplication"
    ADD CONSTRAINT "oauthApplication_pkey" PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth."oauthAuthorizationCode"
    ADD CONSTRAINT "oauthAuthorizationCode_pkey" PRIMARY KEY (hash);
ALTER TABLE ONLY mcp_auth."oauthConsent"
    ADD CONSTRAINT "oauthConsent_pkey" PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth."oauthGrant"
    ADD CONSTRAINT "oauthGrant_pkey" PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth."oauthInteraction"
    ADD CONSTRAINT "oauthInteraction_pkey" PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth."oauthReplay"
    ADD CONSTRAINT "oauthReplay_pkey" PRIMARY KEY (hash);
ALTER TABLE ONLY mcp_auth."oauthResource"
    ADD CONSTRAINT "oauthResource_pkey" PRIMARY KEY (identifier);
ALTER TABLE ONLY mcp_auth."oauthRevocation"
    ADD CONSTRAINT "oauthRevocation_pkey" PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth."passwordLink"
    ADD CONSTRAINT "passwordLink_pkey" PRIMARY KEY (hash);
ALTER TABLE ONLY mcp_auth."rateLimit"
    ADD CONSTRAINT "rateLimit_pkey" PRIMARY KEY (key);
ALTER TABLE ONLY mcp_auth.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY mcp_auth."setupLink"
    ADD CONSTRAINT "setupLink_pkey" PRIMARY KEY (hash);
ALTER TABLE ONLY mcp_auth."signingKey"
    ADD CONSTRAINT "signingKey_pkey" PRIMARY KEY (kid);
ALTER TABLE ONLY mcp_auth."user"
    ADD CONSTRAINT user_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX account_provider_key ON mcp_auth.account USING btree ("providerId", "accountId");
CREATE INDEX "account_userId_idx" ON mcp_auth.account USING btree ("userId");
CREATE INDEX "auditEvent_action_idx" ON mcp_auth."auditEvent" USING btree (action, sequence);
CREATE INDEX "auditEvent_clientId_idx" ON mcp_auth."auditEvent" USING btree ("clientId", sequence);
CREATE UNIQUE INDEX "auditEvent_position_key" ON mcp_auth."auditEvent" USING btree ("position");
CREATE INDEX "auditEvent_requestId_idx" ON mcp_auth."auditEvent" USING btree ("requestId");
CREATE UNIQUE INDEX "auditEvent_sequence_key" ON mcp_auth."auditEvent" USING btree (sequence);
CREATE INDEX "auditEvent_unsealed_idx" ON mcp_auth."auditEvent" USING btree (sequence) WHERE ("position" IS NULL);
CREATE INDEX "auditEvent_userId_idx" ON mcp_auth."auditEvent" USING btree ("userId", sequence);
CREATE INDEX "clientApproval_requestedAt_idx" ON mcp_auth."clientApproval" USING btree ("requestedAt");
CREATE UNIQUE INDEX invitation_email_key ON mcp_auth.invitation USING btree (email);
CREATE UNIQUE INDEX invitation_hash_key ON mcp_auth.invitation USING btree (hash);
CREATE INDEX "invitation_invitedBy_idx" ON mcp_auth.invitation USING btree ("invitedBy");
CREATE UNIQUE INDEX "oauthAccessToken_accessToken_key" ON mcp_auth."oauthAccessToken" USING btree ("accessToken");
CREATE INDEX "oauthAccessToken_clientId_idx" ON mcp_auth."oauthAccessToken" USING btree ("clientId");
CREATE INDEX "oauthAccessToken_grantId_idx" ON mcp_auth."oauthAccessToken" USING btree ("grantId");
CREATE UNIQUE INDEX "oauthAccessToken_refreshToken_key" ON mcp_auth."oauthAccessToken" USING btree ("refreshToken");
CREATE UNIQUE INDEX "oauthAccessToken_statusIndex_key" ON mcp_auth."oauthAccessToken" USING btree ("statusIndex");
CREATE INDEX "oauthAccessToken_userId_idx" ON mcp_auth."oauthAccessToken" USING btree ("userId");
CREATE UNIQUE INDEX "oauthApplication_clientId_key" ON mcp_auth."oauthApplication" USING btree ("clientId");
CREATE INDEX "oauthApplication_userId_idx" ON mcp_auth."oauthApplication" USING btree ("userId");
CREATE INDEX "oauthAuthorizationCode_expiresAt_idx" ON mcp_auth."oauthAuthorizationCode" USING btree ("expiresAt");
CREATE INDEX "oauthAuthorizationCode_grantId_idx" ON mcp_auth."oauthAuthorizationCode" USING btree ("grantId");
CREATE INDEX "oauthConsent_clientId_idx" ON mcp_auth."oauthConsent" USING btree ("clientId");
CREATE UNIQUE INDEX "oauthConsent_key" ON mcp_auth."oauthConsent" USING btree ("userId", "clientId", "redirectHost", resource);
CREATE INDEX "oauthGrant_clientId_userId_idx" ON mcp_auth."oauthGrant" USING btree ("clientId", "userId");
CREATE INDEX "oauthGrant_expiresAt_idx" ON mcp_auth."oauthGrant" USING btree ("expiresAt");
CREATE INDEX "oauthGrant_userId_idx" ON mcp_auth."oauthGrant" USING btree ("userId");
CREATE INDEX "oauthInteraction_browserHash_idx" ON mcp_auth."oauthInteraction" USING btree ("browserHash");
CREATE INDEX "oauthInteraction_expiresAt_idx" ON mcp_auth."oauthInteraction" USING btree ("expiresAt");
CREATE INDEX "oauthReplay_expiresAt_idx" ON mcp_auth."oauthReplay" USING btree ("expiresAt");
CREATE INDEX "oauthRevocation_expiresAt_idx" ON mcp_auth."oauthRevocation" USING btree ("expiresAt");
CREATE INDEX "oauthRevocation_xid_idx" ON mcp_auth."oauthRevocation" USING btree (xid);
CREATE INDEX "passwordLink_createdBy_idx" ON mcp_auth."passwordLink" USING btree ("createdBy");
CREATE UNIQUE INDEX "passwordLink_userId_key" ON mcp_auth."passwordLink" USING btree ("userId");
CREATE INDEX "rateLimit_expire_idx" ON mcp_auth."rateLimit" USING btree (expire);
CREATE INDEX "session_expiresAt_idx" ON mcp_auth.session USING btree ("expiresAt");
CREATE UNIQUE INDEX session_token_key ON mcp_auth.session USING btree (token);
CREATE INDEX "session_userId_idx" ON mcp_auth.session USING btree ("userId");
CREATE UNIQUE INDEX "signingKey_generation_key" ON mcp_auth."signingKey" USING btree (alg, generation);
CREATE UNIQUE INDEX user_email_key ON mcp_auth."user" USING btree (email);
CREATE TRIGGER "auditEvent_rows" BEFORE DELETE OR UPDATE ON mcp_auth."auditEvent" FOR EACH ROW EXECUTE FUNCTION mcp_auth."auditEventKeeper"();
CREATE TRIGGER "auditEvent_table" BEFORE TRUNCATE ON mcp_auth."auditEvent" FOR EACH STATEMENT EXECUTE FUNCTION mcp_auth."auditEventKeeper"();
CREATE TRIGGER "oauthRevocation_notify" AFTER INSERT ON mcp_auth."oauthRevocation" FOR EACH STATEMENT EXECUTE FUNCTION mcp_auth."oauthRevocation_notify"();
ALTER TABLE ONLY mcp_auth.account
    ADD CONSTRAINT "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES mcp_auth."user"(id) ON DELETE CASCADE;
ALTER TABLE ONLY mcp_auth.invitation
    ADD CONSTRAINT "invitation_invitedBy_fkey" FOREIGN KEY ("invitedBy") REFERENCES mcp_auth."user"(id) ON DELETE CASCADE;
ALTER TABLE ONLY mcp_auth."oauthAccessToken"
    ADD CONSTRAINT "oauthAccessToken_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES mcp_auth."oauthGrant"(id) ON DELETE CASCADE;
ALTER TABLE ONLY mcp_auth."oauthApplication"
    ADD CONSTRAINT "oauthApplication_resource_fkey" FOREIGN KEY (resource) REFERENCES mcp_auth."oauthResource"(identifier) ON DELETE CASCADE;
ALTER TABLE ONLY mcp_auth."oauthAuthorizationCode"
    ADD CONSTRAINT "oauthAuthorizationCode_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES mcp_auth."oauthGrant"(id) ON DELETE CASCADE;
ALTER TABLE ONLY mcp_auth."oauthConsent"
    ADD CONSTRAINT "oauthConsent_clientId_fkey" FOREIGN KEY ("clientId") REFERENCES mcp_auth."oauthApplication"("clientId") ON DELETE CASCADE;
ALTER TABLE ONLY mcp_auth."oauthGrant"
    ADD CONSTRAINT "oauthGrant_clientId_fkey" FOREIGN KEY ("clientId") REFERENCES mcp_auth."oauthApplication"("clientId") ON DELETE CASCADE;
ALTER TABLE ONLY mcp_auth."passwordLink"
    ADD CONSTRAINT "passwordLink_createdBy_fkey" FOREIGN KEY ("createdBy") REFERENCES mcp_auth."user"(id) ON DELETE CASCADE;
ALTER TABLE ONLY mcp_auth."passwordLink"
    ADD CONSTRAINT "passwordLink_userId_fkey" FOREIGN KEY ("userId") REFERENCES mcp_auth."user"(id) ON DELETE CASCADE;
ALTER TABLE ONLY mcp_auth.session
    ADD CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES mcp_auth."user"(id) ON DELETE CASCADE;
