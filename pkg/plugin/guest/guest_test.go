package guest

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/stretchr/testify/require"
)

func TestPointsAreThoseOfTheGateway(t *testing.T) {
	require.Len(t, points, len(plugin.Points()))
	for i, p := range plugin.Points() {
		require.Equal(t, p.String(), points[i])
	}
}

func TestAHandlerAnswersItsPoint(t *testing.T) {
	Handle("before_attempt", func(f *Frame) *Answer {
		if f.Call.Model == "m" {
			return Refuse(422, "no_m", "Not m.")
		}
		return nil
	})
	t.Cleanup(func() { delete(handlers, "before_attempt") })
	require.Equal(t, uint32(2), wanted())
	require.JSONEq(t, `{"action":"refuse","error":{"status":422,"code":"no_m","message":"Not m."}}`,
		string(answer([]byte(`{"asbru":1,"point":"before_attempt","call":{"model":"m"}}`))))
	require.Empty(t, answer([]byte(`{"asbru":1,"point":"before_attempt","call":{"model":"n"}}`)))
	require.Empty(t, answer([]byte(`{"asbru":1,"point":"before_route"}`)))
}
