package put_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/stretchr/testify/require"
)

func TestMembersStandBehindEachOtherWithCommasWhereTheyAreNeeded(t *testing.T) {
	b := put.Text([]byte(`{"a":{`), "t", "x\"\n")
	b = put.Some(put.Some(b, "none", ""), "some", "s")
	b = put.TextOrNull(b, "null", "")
	b = put.Int(append(b, '}'), "n", -1)
	b = put.OptInt(put.OptInt(b, "no", api.Opt[int64]{}), "i", api.Some[int64](0))
	b = put.OptFloat(put.OptFloat(b, "no", api.Opt[float64]{}), "f", api.Some(0.5))
	b = put.OptBool(put.OptBool(b, "no", api.Opt[bool]{}), "b", api.Some(false))
	b = put.Raw(put.Raw(b, "no", nil), "raw", api.JSON(`[1]`))
	b = put.Strings(put.Strings(b, "list", []string{"a", "b"}), "empty", nil)
	require.JSONEq(t, `{"a":{"t":"x\"\n","some":"s","null":null},"n":-1,"i":0,"f":0.5,"b":false,"raw":[1],"list":["a","b"],"empty":[]}`, string(append(b, '}')))
}
