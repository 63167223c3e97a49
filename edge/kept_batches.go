package edge

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/batch"
	"github.com/asbru-gateway/asbru/pkg/files"
	"github.com/asbru-gateway/asbru/pkg/idempotency"
)

// order makes a batch.
func (k *keptRequest) order(ctx context.Context) *api.Error {
	o, err := k.readOrder()
	if err != nil {
		return err
	}
	b, fault := k.edge.options.Batches.Create(ctx, o)
	switch {
	case errors.Is(fault, files.ErrNotFound):
		return api.Invalid("input_file_not_found", "input_file_id", "There is no such file here, or it has expired, or it is another caller's. Upload it where the batch is to run: with the same provider= or x-model-provider.")
	case fault != nil:
		return k.fault(fault)
	}
	k.tellJSON(http.StatusOK, b.Describe())
	return nil
}

// readOrder reads what a batch is to be.
func (k *keptRequest) readOrder() (*batch.Order, *api.Error) {
	if len(k.body) == 0 {
		if err := k.readBody(); err != nil {
			return nil, err
		}
	}
	var asked struct {
		Input    string            `json:"input_file_id"`
		Endpoint string            `json:"endpoint"`
		Window   string            `json:"completion_window"`
		Metadata map[string]string `json:"metadata"`
	}
	if json.Unmarshal(k.body, &asked) != nil {
		return nil, api.Invalid("invalid_json", "", "The request body is not a JSON object with input_file_id, endpoint, completion_window and metadata of strings.")
	}
	o := &batch.Order{Input: asked.Input, Endpoint: asked.Endpoint, Window: asked.Window, Metadata: asked.Metadata, Key: k.head.idempotencyKey}
	if err := k.complete(o); err != nil {
		return nil, err
	}
	return o, nil
}

// complete fills in what an order has from the request beside its body, and checks it.
func (k *keptRequest) complete(o *batch.Order) *api.Error {
	if len(o.Key) > idempotency.MaxKeyBytes {
		return api.Invalid("invalid_idempotency_key", "Idempotency-Key", "An idempotency key has at most %d bytes.", idempotency.MaxKeyBytes)
	}
	if d, err := time.ParseDuration(k.head.timeout); k.head.timeout != "" && (err != nil || d <= 0) {
		return api.Invalid("invalid_timeout", "x-asbru-timeout", "x-asbru-timeout must be a positive duration such as 10s or 1m30s.")
	}
	o.Caller, o.Credential, o.Headers = k.owner, k.call.Credential, k.jobHeaders()
	if delete(o.Headers, "X-Model-Provider"); k.provider != "" {
		o.Headers["X-Model-Provider"], o.Headers[headerNameHome] = k.provider, k.provider
	}
	var err *api.Error
	if o.Webhook, err = k.webhook(); err == nil {
		err = o.Check()
	}
	return err
}

// listBatches tells of the caller's batches.
func (k *keptRequest) listBatches(ctx context.Context) *api.Error {
	all, err := k.edge.options.Batches.List(ctx, k.owner)
	if err != nil {
		return k.fault(err)
	}
	var shown []listed
	for _, b := range all {
		shown = append(shown, listed{b.ID, b.Describe()})
	}
	return k.tellList(shown, 20, 100)
}

func (k *keptRequest) tellBatch(ctx context.Context) *api.Error {
	b, err := k.edge.options.Batches.Get(ctx, k.owner, k.id)
	if err != nil {
		return k.fault(err)
	}
	k.tellJSON(http.StatusOK, b.Describe())
	return nil
}

func (k *keptRequest) cancelBatch(ctx context.Context) *api.Error {
	b, err := k.edge.options.Batches.Cancel(ctx, k.owner, k.id)
	if err != nil {
		return k.fault(err)
	}
	k.tellJSON(http.StatusOK, b.Describe())
	return nil
}
