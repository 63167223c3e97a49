package responses_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/responses"
)

func TestRequestComesBackAsItWas(t *testing.T) {
	for file, body := range golden(t, "requests") {
		t.Run(file, func(t *testing.T) {
			r, _ := decode(t, string(body))
			require.JSONEq(t, string(body), write(t, r))
		})
	}
}

func TestAnswerComesBackAsItWas(t *testing.T) {
	for file, body := range golden(t, "answers") {
		t.Run(file, func(t *testing.T) {
			var r api.Response
			noError(t, responses.Codec.DecodeResponse(api.OpChat, body, &r))
			require.JSONEq(t, string(body), string(responses.Codec.AppendResponse(nil, &dialect.Head{}, &r)))

			u, err := responses.Codec.Inspect(api.OpChat, body)
			noError(t, err)
			require.Equal(t, r.Usage, u, "both lanes read the same usage")
		})
	}
}

func TestStreamComesBackWithTheSameMeaning(t *testing.T) {
	streams := golden(t, "streams")
	for file, body := range golden(t, "recorded") {
		if file != "reasoning.json" {
			streams[file] = body
		}
	}
	for file, body := range streams {
		t.Run(file, func(t *testing.T) {
			events := read(t, body)
			w := responses.Codec.Writer(&dialect.Head{Op: api.OpChat, Stream: true})
			var wire []byte
			for i := range events {
				wire = w.Append(wire, &events[i])
			}
			want, wantErr := sum(events)
			got, gotErr := sum(read(t, wire))
			if wantErr != nil {
				require.Equal(t, wantErr.Message, gotErr.Message)
				return
			}
			if want.ID == "" {
				want.ID = got.ID
			}
			for i, p := range got.Choices[0].Parts {
				if p.Kind == api.PartOpaque {
					require.JSONEq(t, string(want.Choices[0].Parts[i].Raw), string(p.Raw))
					got.Choices[0].Parts[i].Raw = want.Choices[0].Parts[i].Raw
				}
			}
			if file == "copilot.sse" { // has an id that only that provider makes
				want.ID = got.ID
			}
			require.Equal(t, want, got)
		})
	}
}
