package command

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// adminClient asks the admin API of a running gateway.
type adminClient struct{ url, token, dataDir string }

func (a *adminClient) flags(flags *pflag.FlagSet) {
	flags.StringVar(&a.url, "url", "http://127.0.0.1:8080", "`URL` of the admin API")
	flags.StringVar(&a.token, "admin-token", "", "`TOKEN` of the admin API (default: the one that `asbru up` keeps in --data-dir)")
	flags.StringVar(&a.dataDir, "data-dir", "./asbru-data", "`FOLDER` that has the admin token")
}

// call sends a request with JSON and returns the answer's body.
func (a *adminClient) call(method, path string, body []byte) ([]byte, error) {
	return a.callAs("application/json", method, path, body)
}

// callAs is call for a body of another type.
func (a *adminClient) callAs(contentType, method, path string, body []byte) ([]byte, error) {
	token := a.token
	if token == "" {
		kept, err := os.ReadFile(filepath.Join(a.dataDir, "admin-token"))
		if err != nil {
			return nil, fmt.Errorf("--admin-token is not given, and none is kept: %w", err)
		}
		token = strings.TrimSpace(string(kept))
	}
	address := a.url
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	req, err := http.NewRequest(method, strings.TrimSuffix(address, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", contentType)
	res, err := (&http.Client{Timeout: 5 * time.Minute}).Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return nil, refusal(res.Status, answer)
	}
	return answer, nil
}

// refusal is what the API says is wrong, fault by fault.
func refusal(status string, answer []byte) error {
	var told struct {
		Error struct {
			Message string
			Details []struct{ Path, Message string }
		}
	}
	if json.Unmarshal(answer, &told) != nil || told.Error.Message == "" {
		return fmt.Errorf("the admin API answers %s", status)
	}
	faults := []error{errors.New(told.Error.Message)}
	for _, d := range told.Error.Details {
		faults = append(faults, fmt.Errorf("%s: %s", cmp.Or(strings.TrimPrefix(d.Path, "body."), "the document"), d.Message))
	}
	return errors.Join(faults...)
}
