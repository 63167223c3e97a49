package memory_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/limits/limitstest"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	limitstest.Run(t, func(_ testing.TB, s limitstest.Setup) limitstest.Limiter {
		return memory.New(memory.Options{Clock: s.Clock.Now, HoldFor: s.HoldFor, Warned: s.Warned})
	})
}
