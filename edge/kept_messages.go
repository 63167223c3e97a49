package edge

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/batch"
	"github.com/asbru-gateway/asbru/pkg/files"
)

// messagesWindow is how long a batch may take that is made over Anthropic's API.
const messagesWindow = "24h"

// orderMessages makes a batch as Anthropic's API has it: with its requests in the body.
func (k *keptRequest) orderMessages(ctx context.Context) *api.Error {
	if err := k.readBody(); err != nil {
		return err
	}
	input, fault := batch.MessagesInput(k.body)
	if fault != nil {
		return fault
	}
	o := &batch.Order{Endpoint: batch.Messages, Window: messagesWindow}
	if err := k.complete(o); err != nil {
		return err
	}
	store := k.edge.options.Files
	owner := store.Owner(k.owner)
	if err := store.Room(ctx, owner); err != nil {
		return k.fault(err)
	}
	f, err := store.Take(ctx, bytes.NewReader(input), files.MaxBytes)
	if err != nil {
		return k.fault(err)
	}
	f.Name, f.Purpose = "requests.jsonl", "batch"
	if err := store.Keep(ctx, owner, f); err != nil {
		return k.fault(err)
	}
	o.Input = f.ID
	b, err := k.edge.options.Batches.Create(ctx, o)
	if err != nil {
		return k.fault(err)
	}
	return k.tellMessagesOf(b)
}

func (k *keptRequest) tellMessagesOf(b *batch.Batch) *api.Error {
	k.tellJSON(http.StatusOK, b.DescribeMessages(k.resultsAt(b.ID)))
	return nil
}

// resultsAt is where the results of a batch are, as the caller reaches it.
func (k *keptRequest) resultsAt(id string) string {
	path, _ := pathOf(k.ctx)
	before, _, _ := strings.Cut(path, "/messages/batches")
	return k.scheme() + "://" + string(k.ctx.Host()) + before + "/messages/batches/" + id + "/results"
}

func (k *keptRequest) tellMessages(ctx context.Context) *api.Error {
	b, err := k.messagesBatch(ctx)
	if err != nil {
		return err
	}
	return k.tellMessagesOf(b)
}

// messagesBatch finds the batch that the request is about.
func (k *keptRequest) messagesBatch(ctx context.Context) (*batch.Batch, *api.Error) {
	b, err := k.edge.options.Batches.Get(ctx, k.owner, k.id)
	if err == nil && b.Endpoint != batch.Messages {
		err = batch.ErrNotFound
	}
	if err != nil {
		return nil, k.fault(err)
	}
	return b, nil
}

func (k *keptRequest) cancelMessages(ctx context.Context) *api.Error {
	if _, err := k.messagesBatch(ctx); err != nil {
		return err
	}
	b, err := k.edge.options.Batches.Cancel(ctx, k.owner, k.id)
	if err != nil {
		return k.fault(err)
	}
	return k.tellMessagesOf(b)
}

// listMessages tells of the caller's batches, the newest first.
func (k *keptRequest) listMessages(ctx context.Context) *api.Error {
	all, err := k.edge.options.Batches.List(ctx, k.owner)
	if err != nil {
		return k.fault(err)
	}
	all = slices.DeleteFunc(all, func(b *batch.Batch) bool { return b.Endpoint != batch.Messages })
	args := k.ctx.QueryArgs()
	limit := args.GetUintOrZero("limit")
	if limit <= 0 {
		limit = 20
	}
	if id := string(args.Peek("after_id")); id != "" {
		all = all[slices.IndexFunc(all, func(b *batch.Batch) bool { return b.ID == id })+1:]
	}
	more := false
	if id := string(args.Peek("before_id")); id != "" {
		if at := slices.IndexFunc(all, func(b *batch.Batch) bool { return b.ID == id }); at >= 0 {
			all = all[:at]
		}
		if len(all) > limit {
			all, more = all[len(all)-limit:], true
		}
	}
	if len(all) > limit {
		all, more = all[:limit], true
	}
	shown := struct {
		Data    []json.RawMessage `json:"data"`
		HasMore bool              `json:"has_more"`
		First   *string           `json:"first_id"`
		Last    *string           `json:"last_id"`
	}{Data: []json.RawMessage{}, HasMore: more}
	for i, b := range all {
		if shown.Last = &b.ID; i == 0 {
			shown.First = &b.ID
		}
		shown.Data = append(shown.Data, b.DescribeMessages(k.resultsAt(b.ID)))
	}
	text, err := json.Marshal(shown)
	if err != nil { // nothing in it can fail
		panic(err)
	}
	k.tellJSON(http.StatusOK, text)
	return nil
}

// sendResults answers with the results of a batch that has ended.
func (k *keptRequest) sendResults(ctx context.Context) *api.Error {
	b, fault := k.messagesBatch(ctx)
	if fault != nil {
		return fault
	}
	if !b.Status.Ended() {
		return api.Errorf(api.KindNotFound, "results_not_ready", "The batch has not ended yet. Its results are there when its processing_status is ended.")
	}
	store := k.edge.options.Files
	reading, stop := context.WithCancel(ctx)
	var parts []io.Reader
	for _, id := range b.Results() {
		f, err := store.Get(ctx, store.Owner(k.owner), id)
		if err != nil {
			stop()
			return k.fault(err)
		}
		parts = append(parts, batch.MessagesResults(store.Open(reading, f)))
	}
	k.describe()
	k.ctx.SetContentType("application/x-jsonl")
	k.ctx.Response.SetBodyStream(&fileBody{request: k.request, from: io.MultiReader(parts...), stop: stop}, -1)
	return nil
}
