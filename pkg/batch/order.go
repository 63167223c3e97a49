package batch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// endpoints are those whose calls a batch may have.
var endpoints = []string{
	"/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses", Messages,
	"/v1/rerank", "/v1/moderations", "/v1/images/generations",
}

const (
	maxMetadata      = 16
	maxMetadataKey   = 64
	maxMetadataValue = 512
)

// Check says what is wrong with an order, beside its file.
func (o *Order) Check() *api.Error {
	if !slices.Contains(endpoints, o.Endpoint) {
		return api.Invalid("invalid_endpoint", "endpoint", "A batch's endpoint is one of %s.", strings.Join(endpoints, ", "))
	}
	if _, err := windowOf(o.Window); err != nil {
		return api.Invalid("invalid_completion_window", "completion_window", "The completion window is 24h, or another duration from %v to %v.", minWindow, maxWindow)
	}
	fits := len(o.Metadata) <= maxMetadata
	for k, v := range o.Metadata {
		fits = fits && len(k) <= maxMetadataKey && len(v) <= maxMetadataValue
	}
	if !fits {
		return api.Invalid("invalid_metadata", "metadata", "Metadata are at most %d pairs of a key of up to %d bytes and a value of up to %d.", maxMetadata, maxMetadataKey, maxMetadataValue)
	}
	return nil
}

func windowOf(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err == nil && (d < minWindow || d > maxWindow) {
		err = fmt.Errorf("batch: a window of %v", d)
	}
	return d, err
}
