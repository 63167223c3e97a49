package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// admin calls the admin API, and returns what it answered.
func (c *cluster) admin(ctx context.Context, method, path, body string) (map[string]any, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+c.control.Addr+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+adminToken)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s %s: status %d: %.300s", method, path, res.StatusCode, text)
	}
	var answer map[string]any
	return answer, json.Unmarshal(text, &answer)
}

// newKey makes a virtual key that every edge knows, with more fields, and returns
// its value.
func (c *cluster) newKey(ctx context.Context, name, fields string) (string, error) {
	answer, err := c.admin(ctx, "POST", "/api/governance/virtual-keys?wait=applied", fmt.Sprintf(`{"name":%q%s}`, name, fields))
	if err != nil {
		return "", err
	}
	made, _ := answer["virtual_key"].(map[string]any)
	value, _ := made["value"].(string)
	if value == "" {
		return "", fmt.Errorf("a virtual key without a value: %v", answer)
	}
	return value, nil
}
