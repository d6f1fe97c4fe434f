"""An MCP server in Python that checks access tokens by itself (RFC 9068), with the keys of the auth service."""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import jwt  # PyJWT with cryptography

ISSUER = os.environ["ISSUER"]  # https://auth.example.com
RESOURCE = os.environ["RESOURCE"]  # https://files.example.com/mcp
SCOPE = "tools:use"
ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(RESOURCE))
METADATA = "/.well-known/oauth-protected-resource" + urlsplit(RESOURCE).path
keys = jwt.PyJWKClient(ISSUER + "/jwks", lifespan=300)


def verify(token):
    """The claims of a token for this server; raises jwt.PyJWTError for every other."""
    if jwt.get_unverified_header(token).get("typ", "").lower() != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    return jwt.decode(
        token,
        keys.get_signing_key_from_jwt(token).key,
        algorithms=["ES256"],
        audience=RESOURCE,
        issuer=ISSUER,
        options={"require": ["exp", "iat", "sub", "aud", "iss", "jti", "client_id"]},
    )


class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path != METADATA:
            return self.answer(404, {"error": "not found"})
        self.answer(200, {"resource": RESOURCE, "authorization_servers": [ISSUER], "scopes_supported": [SCOPE]})

    def do_POST(self):
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return self.refuse(401)
        try:
            claims = verify(token.strip())
        except jwt.PyJWTError:
            return self.refuse(401, "invalid_token")
        if SCOPE not in claims.get("scope", "").split():
            return self.refuse(403, "insufficient_scope")
        self.answer(200, {"user": claims["sub"], "client": claims["client_id"]})

    def refuse(self, status, error=None):
        challenge = 'Bearer resource_metadata="%s%s", scope="%s"' % (ORIGIN, METADATA, SCOPE)
        if error:
            challenge += ', error="%s"' % error
        self.answer(status, {"error": error or "unauthorized"}, {"WWW-Authenticate": challenge})

    def answer(self, status, body, headers={}):
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": len(content)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Server).serve_forever()
