package mcpserver

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/mcp"
)

func TestASlowClientIsToldTheNewestProgress(t *testing.T) {
	began, free := make(chan struct{}, 1), make(chan struct{})
	var told []float64
	tell, end := teller(func(p mcp.Progress) {
		told = append(told, p.Done)
		if len(told) == 1 {
			began <- struct{}{}
			<-free
		}
	})
	tell(mcp.Progress{Done: 1})
	<-began
	const last = 1 + 10*progressBehind
	for done := 2; done <= last; done++ {
		tell(mcp.Progress{Done: float64(done)})
	}
	close(free)
	end()
	require.Len(t, told, 1+progressBehind)
	require.InDelta(t, last, told[progressBehind], 0)
}
