// Asks the auth service about a token (RFC 7662).
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// introspect answers the claims of a token that is good for this server now, and nil for every other.
func introspect(token string) (map[string]any, error) {
	form := url.Values{"token": {token}}.Encode()
	request, err := http.NewRequest("POST", os.Getenv("ISSUER")+"/introspect", strings.NewReader(form))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(os.Getenv("CLIENT_ID")), url.QueryEscape(os.Getenv("CLIENT_SECRET")))
	client := &http.Client{Timeout: 3 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != 200 {
		return nil, fmt.Errorf("introspection answers %s", response.Status)
	}
	var claims map[string]any
	if err := json.NewDecoder(response.Body).Decode(&claims); err != nil || claims["active"] != true {
		return nil, err
	}
	return claims, nil
}

func main() {
	claims, err := introspect(os.Args[1])
	fmt.Println(claims["active"] == true, claims["sub"], err)
}
