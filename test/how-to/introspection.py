"""Asks the auth service about a token (RFC 7662), with the standard library alone."""
import base64
import json
import os
import urllib.parse
import urllib.request

ISSUER = os.environ["ISSUER"]
CREDENTIALS = base64.b64encode(
    ":".join(urllib.parse.quote(os.environ[name], safe="") for name in ("CLIENT_ID", "CLIENT_SECRET")).encode()
).decode()


def introspect(token):
    """The claims of a token that is good for this server now; None for every other."""
    request = urllib.request.Request(
        ISSUER + "/introspect",
        data=urllib.parse.urlencode({"token": token}).encode(),
        headers={"Authorization": "Basic " + CREDENTIALS},
    )
    with urllib.request.urlopen(request, timeout=3) as response:
        claims = json.load(response)
    return claims if claims["active"] else None
