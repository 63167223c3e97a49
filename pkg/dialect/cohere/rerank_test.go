package cohere

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

func TestARerankSaysTheSameInBothDirections(t *testing.T) {
	const body = `{"model":"rerank-v3.5","query":"q","documents":["a","b"],"top_n":1,"max_tokens_per_doc":512}`
	require.JSONEq(t, body, appendRequest(t, decodeRequest(t, api.OpRerank, body)))

	recorded, err := os.ReadFile("testdata/answers/rerank.json")
	require.NoError(t, err)
	var r api.Response
	require.Nil(t, Codec.DecodeResponse(api.OpRerank, recorded, &r))
	require.Equal(t, []api.Rank{{Index: 1, Score: 0.10183054}, {Index: 0, Score: 0.03762639}}, r.Ranks)
	require.Equal(t, api.Usage{Units: 1, Known: true}, r.Usage)
	require.JSONEq(t, string(recorded), string(Codec.AppendResponse(nil, &dialect.Head{Op: api.OpRerank}, &r)))
}

func TestADocumentThatIsAnObjectBecomesText(t *testing.T) {
	r := decodeRequest(t, api.OpRerank, `{"model":"m","query":"q","documents":[{"text":"a"},{"title":"b"}]}`)
	require.JSONEq(t, `{"model":"m","query":"q","documents":["a","{\"title\":\"b\"}"]}`, appendRequest(t, r))
}

func TestARerankWithoutItsFieldsIsRefused(t *testing.T) {
	for body, param := range map[string]string{
		`{"model":"m","documents":["a"]}`:                       "query",
		`{"model":"m","query":"","documents":["a"]}`:            "query",
		`{"model":"m","query":"q"}`:                             "documents",
		`{"model":"m","query":"q","documents":[]}`:              "documents",
		`{"model":"m","query":"q","documents":"a"}`:             "documents",
		`{"model":"m","query":"q","Query":"r","documents":[1]}`: "query",
	} {
		err := Codec.Peek(&dialect.Head{Op: api.OpRerank}, []byte(body))
		require.NotNil(t, err, body)
		require.Equal(t, param, err.Param, body)
	}
}
