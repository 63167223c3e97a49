package openai_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
)

func TestRequestComesBackAsItWas(t *testing.T) {
	for file, body := range golden(t, "requests") {
		t.Run(file, func(t *testing.T) {
			r := decode(t, opOf(file), string(body))
			require.JSONEq(t, string(body), write(t, r, dialect.Quirks{}))
		})
	}
}

func TestAnswerComesBackAsItWas(t *testing.T) {
	for file, body := range golden(t, "answers") {
		t.Run(file, func(t *testing.T) {
			var r api.Response
			noError(t, openai.Codec.DecodeResponse(opOf(file), body, &r))
			h := &dialect.Head{Op: opOf(file), Base64: file == "embedding_base64.json"}
			require.JSONEq(t, string(body), string(openai.Codec.AppendResponse(nil, h, &r)))

			u, err := openai.Codec.Inspect(opOf(file), body)
			noError(t, err)
			require.Equal(t, r.Usage, u, "both lanes read the same usage")
		})
	}
}

func TestStreamComesBackWithTheSameMeaning(t *testing.T) {
	for file, body := range golden(t, "streams") {
		t.Run(file, func(t *testing.T) {
			events := read(t, opOf(file), body)
			w := openai.Codec.Writer(&dialect.Head{Op: opOf(file), Stream: true, StreamUsage: true})
			var wire []byte
			for i := range events {
				wire = w.Append(wire, &events[i])
			}
			want, got := sum(events), sum(read(t, opOf(file), wire))
			for i := range want.Calls { // what had no arguments has an empty object
				if want.Calls[i].Args == nil {
					want.Calls[i].Args = api.JSON(`{}`)
				}
			}
			if want.Err != nil {
				require.Equal(t, want.Err.Message, got.Err.Message)
				want.Err, got.Err = nil, nil
			}
			require.Equal(t, want, got)
		})
	}
}
