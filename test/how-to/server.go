// An MCP server in Go that checks access tokens by itself (RFC 9068), with the keys of the auth service.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

const scope = "tools:use"

var (
	issuer   = os.Getenv("ISSUER")   // https://auth.example.com
	resource = os.Getenv("RESOURCE") // https://files.example.com/mcp
	client   = &http.Client{Timeout: 3 * time.Second}
)

type claims struct {
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	Subject  string `json:"sub"`
	Client   string `json:"client_id"`
	Scope    string `json:"scope"`
	Expires  int64  `json:"exp"`
}

type keySet struct {
	sync.Mutex
	keys    map[string]*ecdsa.PublicKey
	fetched time.Time
}

// find answers the key of an id, and fetches the keys when they are old, or when the id is new to it.
func (set *keySet) find(id string) (*ecdsa.PublicKey, error) {
	set.Lock()
	defer set.Unlock()
	age := time.Since(set.fetched)
	if key := set.keys[id]; key != nil && age < 5*time.Minute {
		return key, nil
	}
	if age > 10*time.Second {
		if err := set.fetch(); err != nil {
			return nil, err
		}
	}
	if key := set.keys[id]; key != nil {
		return key, nil
	}
	return nil, errors.New("unknown key")
}

func (set *keySet) fetch() error {
	response, err := client.Get(issuer + "/jwks")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var document struct {
		Keys []struct{ Kid, Alg, X, Y string }
	}
	if err := json.NewDecoder(response.Body).Decode(&document); err != nil {
		return err
	}
	set.keys, set.fetched = map[string]*ecdsa.PublicKey{}, time.Now()
	for _, key := range document.Keys {
		x, errX := base64.RawURLEncoding.DecodeString(key.X)
		y, errY := base64.RawURLEncoding.DecodeString(key.Y)
		if key.Alg == "ES256" && errX == nil && errY == nil {
			set.keys[key.Kid] = &ecdsa.PublicKey{
				Curve: elliptic.P256(), X: new(big.Int).SetBytes(x), Y: new(big.Int).SetBytes(y),
			}
		}
	}
	return nil
}

var keys = &keySet{}

// verify answers the claims of a token for this server, and an error for every other.
func verify(token string) (*claims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errors.New("malformed")
	}
	var header struct{ Alg, Kid, Typ string }
	if err := decode(parts[0], &header); err != nil {
		return nil, err
	}
	if header.Alg != "ES256" || strings.ToLower(header.Typ) != "at+jwt" {
		return nil, errors.New("not an access token")
	}
	key, err := keys.find(header.Kid)
	if err != nil {
		return nil, err
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		return nil, errors.New("malformed")
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(key, digest[:], r, s) {
		return nil, errors.New("wrong signature")
	}
	var found claims
	if err := decode(parts[1], &found); err != nil {
		return nil, err
	}
	if found.Issuer != issuer || found.Audience != resource || found.Expires <= time.Now().Unix() {
		return nil, errors.New("not for this server, or expired")
	}
	return &found, nil
}

func decode(part string, into any) error {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func main() {
	location, err := url.Parse(resource)
	if err != nil {
		log.Fatal(err)
	}
	metadata := "/.well-known/oauth-protected-resource" + location.Path
	answer := func(writer http.ResponseWriter, status int, body any) {
		writer.Header().Set("Content-Type", "application/json")
		writer.WriteHeader(status)
		json.NewEncoder(writer).Encode(body)
	}
	refuse := func(writer http.ResponseWriter, status int, problem string) {
		challenge := fmt.Sprintf(`Bearer resource_metadata="%s://%s%s", scope="%s"`,
			location.Scheme, location.Host, metadata, scope)
		if problem != "" {
			challenge += fmt.Sprintf(`, error="%s"`, problem)
		}
		writer.Header().Set("WWW-Authenticate", challenge)
		answer(writer, status, map[string]string{"error": problem})
	}
	http.HandleFunc(metadata, func(writer http.ResponseWriter, _ *http.Request) {
		answer(writer, 200, map[string]any{
			"resource": resource, "authorization_servers": []string{issuer}, "scopes_supported": []string{scope},
		})
	})
	http.HandleFunc(location.Path, func(writer http.ResponseWriter, request *http.Request) {
		kind, token, _ := strings.Cut(request.Header.Get("Authorization"), " ")
		if !strings.EqualFold(kind, "bearer") {
			refuse(writer, 401, "")
			return
		}
		claims, err := verify(strings.TrimSpace(token))
		if err != nil {
			refuse(writer, 401, "invalid_token")
			return
		}
		for _, granted := range strings.Fields(claims.Scope) {
			if granted == scope {
				answer(writer, 200, map[string]string{"user": claims.Subject, "client": claims.Client})
				return
			}
		}
		refuse(writer, 403, "insufficient_scope")
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
